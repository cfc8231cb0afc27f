"""The backbones of Keras' applications, computed by torch from Keras' documentation of layers and from the papers' tables.

    keras_reference.py BACKBONE SIZE top|notop FOLDER

draws weights for the backbone as its layers are met, runs it on one random picture of SIZE x SIZE and leaves in FOLDER:
weights.h5 (in the layout of Keras 2's save_weights), input.bin and output.bin (float32: height, width, channels, and the output).
"""
import sys
import h5py, numpy, torch
import torch.nn.functional as F

EPSILON = 1e-3  # of Keras' BatchNormalization


class Layers:
    """Computes Keras' layers on (1, channels, height, width) and remembers the weights that it drew for them."""

    def __init__(self, seed):
        self.random = numpy.random.RandomState(seed)
        self.saved = []
        self.unnamed = {}

    def name(self, given, kind):
        if given: return given
        self.unnamed[kind] = self.unnamed.get(kind, 0) + 1
        return '%s_%d' % (kind, self.unnamed[kind])

    def normal(self, *shape, fan=1.0): return (self.random.standard_normal(shape) * numpy.sqrt(2.0 / fan)).astype('f4')

    def save(self, layer, **weights): self.saved.append((layer, [('%s/%s:0' % (layer, name), value) for name, value in weights.items()]))

    # TensorFlow's SAME: as many outputs as strides begin, the odd row and column of padding at the end.
    @staticmethod
    def same(x, kernel, stride, value=0.0):
        pads = []
        for size, k in zip(x.shape[:1:-1], kernel[::-1]):
            total = max((-(-size // stride) - 1) * stride + k - size, 0)
            pads += [total // 2, total - total // 2]
        return F.pad(x, pads, value=value)

    def conv(self, x, filters, kernel, stride=1, padding='valid', bias=True, name=None):
        name = self.name(name, 'conv2d')
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        w = self.normal(*kernel, x.shape[1], filters, fan=kernel[0] * kernel[1] * x.shape[1])
        weights = dict(kernel=w)
        if bias: weights['bias'] = self.normal(filters, fan=200)
        self.save(name, **weights)
        if padding == 'same': x = self.same(x, kernel, stride)
        return F.conv2d(x, torch.from_numpy(w.transpose(3, 2, 0, 1).copy()), torch.from_numpy(weights['bias']) if bias else None, stride)

    def depthwise(self, x, stride=1, padding='same', name=None, pointwise=None):
        channels = x.shape[1]
        w = self.normal(3, 3, channels, 1, fan=9)
        weights = dict(depthwise_kernel=w)
        if pointwise: weights['pointwise_kernel'] = self.normal(1, 1, channels, pointwise, fan=channels)
        self.save(name, **weights)
        if padding == 'same': x = self.same(x, (3, 3), stride)
        x = F.conv2d(x, torch.from_numpy(w[..., 0].transpose(2, 0, 1)[:, None].copy()), stride=stride, groups=channels)
        return torch.einsum('nchw,cd->ndhw', x, torch.from_numpy(weights['pointwise_kernel'][0, 0])) if pointwise else x

    def bn(self, x, name=None, scale=True):
        name, c = self.name(name, 'batch_normalization'), x.shape[1]
        uniform = lambda low, high: self.random.uniform(low, high, c).astype('f4')
        weights = dict(gamma=uniform(.8, 1.2)) if scale else {}
        weights.update(beta=uniform(-.2, .2), moving_mean=uniform(-.2, .2), moving_variance=uniform(.5, 1.5))
        self.save(name, **weights)
        t = {key: torch.from_numpy(value)[None, :, None, None] for key, value in weights.items()}
        return (x - t['moving_mean']) / torch.sqrt(t['moving_variance'] + EPSILON) * t.get('gamma', 1.0) + t['beta']

    # A last layer whose logits are neither all the same nor far apart, so that the softmax shows differences.
    def dense(self, x, units, name, last=False):
        w, b = self.normal(x.shape[1], units, fan=x.shape[1]), self.normal(units, fan=200)
        if last: w = (w * (2.0 / numpy.std(x.numpy() @ w))).astype('f4')
        self.save(name, kernel=w, bias=b)
        return x @ torch.from_numpy(w) + torch.from_numpy(b)

    def average_pool(self, x):
        """3 x 3, stride 1, padding same: the mean of the pixels that there are."""
        ones = torch.ones_like(x[:, :1])
        window = lambda v: F.avg_pool2d(self.same(v, (3, 3), 1), 3, 1)
        return window(x) / window(ones)


def vgg(k, x, convolutions, top):
    for block, (count, filters) in enumerate(zip(convolutions, (64, 128, 256, 512, 512)), 1):
        for number in range(1, count + 1): x = F.relu(k.conv(x, filters, 3, padding='same', name='block%d_conv%d' % (block, number)))
        x = F.max_pool2d(x, 2, 2)
    if not top: return x
    x = x.permute(0, 2, 3, 1).reshape(1, -1)  # Keras flattens channels last
    for name in ('fc1', 'fc2'): x = F.relu(k.dense(x, 4096, name))
    return F.softmax(k.dense(x, 1000, 'predictions', last=True), 1)


def resnet50(k, x, top):
    def branch(x, filters, kernel, stride, tag):
        return k.bn(k.conv(x, filters, kernel, stride, 'same' if kernel == 3 else 'valid', name='res' + tag), 'bn' + tag)
    x = F.relu(k.bn(k.conv(F.pad(x, (3, 3, 3, 3)), 64, 7, 2, name='conv1'), 'bn_conv1'))
    x = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2)
    for stage, (blocks, filters) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512)), 2):
        for block in 'abcdef'[:blocks]:
            tag = '%d%s_branch' % (stage, block)
            stride = 2 if block == 'a' and stage > 2 else 1  # on the first 1 x 1, as in the paper's Caffe models
            y = F.relu(branch(x, filters, 1, stride, tag + '2a'))
            y = F.relu(branch(y, filters, 3, 1, tag + '2b'))
            y = branch(y, 4 * filters, 1, 1, tag + '2c')
            x = F.relu(y + (branch(x, 4 * filters, 1, stride, tag + '1') if block == 'a' else x))
    return F.softmax(k.dense(x.mean((2, 3)), 1000, 'fc1000', last=True), 1) if top else x


def inception_v3(k, x, top):
    def c(x, filters, kernel, stride=1, padding='same'):
        return F.relu(k.bn(k.conv(x, filters, kernel, stride, padding, bias=False), scale=False))
    def chain(x, *steps):
        for step in steps: x = c(x, *step)
        return x
    valid2 = dict(stride=2, padding='valid')
    x = c(x, 32, 3, **valid2)
    x = c(x, 32, 3, padding='valid')
    x = F.max_pool2d(c(x, 64, 3), 3, 2)
    x = c(x, 80, 1, padding='valid')
    x = F.max_pool2d(c(x, 192, 3, padding='valid'), 3, 2)
    for pool in (32, 64, 64):  # 35 x 35
        x = torch.cat([c(x, 64, 1), chain(x, (48, 1), (64, 5)), chain(x, (64, 1), (96, 3), (96, 3)), c(k.average_pool(x), pool, 1)], 1)
    x = torch.cat([c(x, 384, 3, **valid2), c(chain(x, (64, 1), (96, 3)), 96, 3, **valid2), F.max_pool2d(x, 3, 2)], 1)
    for n in (128, 160, 160, 192):  # 17 x 17
        x = torch.cat([c(x, 192, 1), chain(x, (n, 1), (n, (1, 7)), (192, (7, 1))),
                       chain(x, (n, 1), (n, (7, 1)), (n, (1, 7)), (n, (7, 1)), (192, (1, 7))), c(k.average_pool(x), 192, 1)], 1)
    x = torch.cat([c(c(x, 192, 1), 320, 3, **valid2), c(chain(x, (192, 1), (192, (1, 7)), (192, (7, 1))), 192, 3, **valid2), F.max_pool2d(x, 3, 2)], 1)
    for _ in range(2):  # 8 x 8
        a = c(x, 320, 1)
        b = c(x, 384, 1)
        b = torch.cat([c(b, 384, (1, 3)), c(b, 384, (3, 1))], 1)
        d = chain(x, (448, 1), (384, 3))
        d = torch.cat([c(d, 384, (1, 3)), c(d, 384, (3, 1))], 1)
        x = torch.cat([a, b, d, c(k.average_pool(x), 192, 1)], 1)
    return F.softmax(k.dense(x.mean((2, 3)), 1000, 'predictions', last=True), 1) if top else x


def xception(k, x, top):
    def sep(x, filters, name, before=True, after=False):
        if before: x = F.relu(x)
        x = k.bn(k.depthwise(x, name=name, pointwise=filters), name + '_bn')
        return F.relu(x) if after else x
    def shortcut(x, filters): return k.bn(k.conv(x, filters, 1, 2, 'same', bias=False))
    def pool(x): return F.max_pool2d(k.same(x, (3, 3), 2, float('-inf')), 3, 2)
    x = F.relu(k.bn(k.conv(x, 32, 3, 2, bias=False, name='block1_conv1'), 'block1_conv1_bn'))
    x = F.relu(k.bn(k.conv(x, 64, 3, bias=False, name='block1_conv2'), 'block1_conv2_bn'))
    for block, filters in ((2, 128), (3, 256), (4, 728)):
        residual = shortcut(x, filters)
        x = sep(x, filters, 'block%d_sepconv1' % block, before=block > 2)
        x = pool(sep(x, filters, 'block%d_sepconv2' % block)) + residual
    for block in range(5, 13):
        residual = x
        for number in (1, 2, 3): x = sep(x, 728, 'block%d_sepconv%d' % (block, number))
        x = x + residual
    residual = shortcut(x, 1024)
    x = sep(x, 728, 'block13_sepconv1')
    x = pool(sep(x, 1024, 'block13_sepconv2')) + residual
    x = sep(x, 1536, 'block14_sepconv1', before=False, after=True)
    x = sep(x, 2048, 'block14_sepconv2', before=False, after=True)
    return F.softmax(k.dense(x.mean((2, 3)), 1000, 'predictions', last=True), 1) if top else x


def mobilenet(k, x, top, alpha):
    def down(x): return F.pad(x, (0, 1, 0, 1))
    x = F.relu6(k.bn(k.conv(down(x), int(32 * alpha), 3, 2, bias=False, name='conv1'), 'conv1_bn'))
    for block, (filters, stride) in enumerate(((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)) + ((512, 1),) * 5 + ((1024, 2), (1024, 1)), 1):
        dw, pw = 'conv_dw_%d' % block, 'conv_pw_%d' % block
        x = k.depthwise(x, name=dw) if stride == 1 else k.depthwise(down(x), 2, 'valid', name=dw)
        x = F.relu6(k.bn(x, dw + '_bn'))
        x = F.relu6(k.bn(k.conv(x, int(filters * alpha), 1, bias=False, name=pw), pw + '_bn'))
    if not top: return x
    layer = len(k.saved)
    logits = k.dense(x.mean((2, 3)), 1000, 'conv_preds', last=True)
    (_, (kernel, bias)) = k.saved[layer]
    k.saved[layer] = ('conv_preds', [(kernel[0], kernel[1][None, None]), bias])  # Keras has a 1 x 1 convolution here
    return F.softmax(logits, 1)


def output_of(name, k, x, top):
    if name == 'vgg16': return vgg(k, x, (2, 2, 3, 3, 3), top)
    if name == 'vgg19': return vgg(k, x, (2, 2, 4, 4, 4), top)
    if name.startswith('mobilenet'): return mobilenet(k, x, top, float((name.split('_') + ['1.0'])[1]))
    return {'resnet50': resnet50, 'inception_v3': inception_v3, 'xception': xception}[name](k, x, top)


def write(path, layers):
    with h5py.File(path, 'w') as f:
        f.attrs['layer_names'] = [name.encode() for name, _ in layers]
        f.attrs['backend'], f.attrs['keras_version'] = b'tensorflow', b'2.1.6'
        for name, weights in layers:
            group = f.create_group(name)
            group.attrs['weight_names'] = [weight.encode() for weight, _ in weights]
            for weight, value in weights: group.create_dataset(weight, data=value)


if __name__ == '__main__':
    name, size, top, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3] == 'top', sys.argv[4]
    torch.set_grad_enabled(False)
    k = Layers(1)
    picture = k.random.uniform(-1, 1, (size, size, 3)).astype('f4')
    output = output_of(name, k, torch.from_numpy(picture.transpose(2, 0, 1)[None].copy()), top)
    picture.tofile(folder + '/input.bin')
    (output.permute(0, 2, 3, 1) if output.dim() == 4 else output).contiguous().numpy().tofile(folder + '/output.bin')
    write(folder + '/weights.h5', k.saved)
    print(sum(value.size for _, weights in k.saved for _, value in weights))
