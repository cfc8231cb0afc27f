using System.Runtime.InteropServices;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Models;
using Convoy.Worker.Native;
using Convoy.Worker.Pretrained;
using Convoy.Worker.Tests.Support;
using static TorchSharp.torch;

namespace Convoy.Worker.Tests.Pretrained;

/// <summary>Weights under torchvision's and timm's names.</summary>
public sealed class TorchWeightsTests : IDisposable
{
    const int Size = 64;

    const string Imports = """
        import json, struct, sys, torch
        from torch import nn
        name, style, size, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
        torch.manual_seed(1)
        torch.set_grad_enabled(False)

        """;

    // torchvision's VGG, without the pooling to 7 x 7 that does nothing at its own size.
    const string Vgg = """
        def modules(name):
            layers, channels = [], 3
            for count, width in zip({'vgg16': (2, 2, 3, 3, 3), 'vgg19': (2, 2, 4, 4, 4)}[name], (64, 128, 256, 512, 512)):
                for _ in range(count): layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]; channels = width
                layers.append(nn.MaxPool2d(2, 2))
            model = nn.Sequential()
            model.add_module('features', nn.Sequential(*layers))
            model.add_module('flatten', nn.Flatten())
            model.add_module('classifier', nn.Sequential(nn.Linear(512 * (size // 32) ** 2, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 1000)))
            return model
        """;

    // torchvision's ResNet: a block's stride is that of its 3 x 3 convolution.
    const string ResNet = """
        class Block(nn.Module):
            def __init__(self, inputs, width, stride):
                super().__init__()
                self.conv1, self.bn1 = nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width)
                self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
                self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
                if inputs != 4 * width or stride > 1: self.downsample = nn.Sequential(nn.Conv2d(inputs, 4 * width, 1, stride, bias=False), nn.BatchNorm2d(4 * width))
            def forward(self, x):
                y = torch.relu(self.bn1(self.conv1(x)))
                y = torch.relu(self.bn2(self.conv2(y)))
                return torch.relu(self.bn3(self.conv3(y)) + (self.downsample(x) if hasattr(self, 'downsample') else x))
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
                inputs = 64
                for stage, (blocks, width) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512)), 1):
                    layer = []
                    for block in range(blocks): layer.append(Block(inputs, width, 2 if stage > 1 and block == 0 else 1)); inputs = 4 * width
                    setattr(self, 'layer%d' % stage, nn.Sequential(*layer))
                self.fc = nn.Linear(2048, 1000)
            def forward(self, x):
                x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
                return self.fc(self.layer4(self.layer3(self.layer2(self.layer1(x)))).mean((2, 3)))
        def modules(name): return Net()
        """;

    const string Writer = """
        model = modules(name)
        for module in model.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)): nn.init.kaiming_normal_(module.weight)
            if isinstance(module, nn.BatchNorm2d):
                for tensor, low, high in ((module.weight, .8, 1.2), (module.bias, -.2, .2), (module.running_mean, -.2, .2), (module.running_var, .5, 1.5)): nn.init.uniform_(tensor, low, high)
        model.eval()
        picture = torch.rand(size, size, 3) * 2 - 1
        picture.numpy().tofile(folder + '/input.bin')
        output = model(picture.permute(2, 0, 1)[None])
        last = model.fc if name == 'resnet50' else model.classifier[6]
        last.weight *= 2 / output.std()
        torch.softmax(model(picture.permute(2, 0, 1)[None]), 1).numpy().tofile(folder + '/output.bin')
        tensors = dict(model.state_dict())
        if style == 'timm':
            for old, new in (('classifier.0', 'pre_logits.fc1'), ('classifier.3', 'pre_logits.fc2'), ('classifier.6', 'head.fc')):
                for kind in ('weight', 'bias'): tensors[new + '.' + kind] = tensors.pop(old + '.' + kind)
            tensors['pre_logits.fc1.weight'] = tensors['pre_logits.fc1.weight'].view(4096, 512, size // 32, size // 32)
            tensors['pre_logits.fc2.weight'] = tensors['pre_logits.fc2.weight'].view(4096, 4096, 1, 1)
        header, end = {}, 0
        for key, value in tensors.items():
            length = value.numel() * value.element_size()
            header[key] = {'dtype': {torch.float32: 'F32', torch.int64: 'I64'}[value.dtype], 'shape': list(value.shape), 'data_offsets': [end, end + length]}
            end += length
        header = json.dumps(header).encode()
        with open(folder + '/weights.safetensors', 'wb') as f:
            f.write(struct.pack('<Q', len(header)) + header)
            for value in tensors.values(): f.write(value.contiguous().numpy().tobytes())
        """;

    readonly TemporaryFolder _place = new();

    public TorchWeightsTests() => LibTorch.Load();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("vgg16", "vgg16", "torchvision")]
    [InlineData("vgg19", "vgg19", "timm")]
    [InlineData("resnet50_v1.5", "resnet50", "torchvision")]
    public void A_network_gives_what_it_gives_in_PyTorch(string backbone, string name, string style)
    {
        Python.Run(Imports + (name == "resnet50" ? ResNet : Vgg) + '\n' + Writer, ["torch"], name, style, $"{Size}", _place.Path);
        var plan = ModelPlanner.Plan(Backbone.Find(backbone)!.Model(includeTop: true, new Size2(Size, Size)));
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        using var network = new Network(new FlatParameters(plan, seed: 1));

        PretrainedWeights.Load(_place.In("weights.safetensors"), network.Parameters, plan.Layers);
        var found = network.Forward(tensor(Numbers("input.bin")).view(1, Size, Size, 3).permute(0, 3, 1, 2), ForwardPass.Inference(ScalarType.Float32));

        var expected = tensor(Numbers("output.bin")).view(1, Backbone.Classes);
        Assert.InRange((expected - found).abs().max().item<float>(), 0, 1e-4);
        Assert.True(expected.max().item<float>() > 0.01);
        using var file = PretrainedWeights.Open(_place.In("weights.safetensors"));
        Assert.Equal(PreprocessingMode.Torch, file.Preprocessing);
    }

    [Theory]
    [InlineData("resnet50", "layer1.0.conv1.weight", "strides in its 3x3 convolutions")]
    [InlineData("inception_v3", "Mixed_5b.branch1x1.conv.weight", "scales in its batch norms and counts the padding")]
    [InlineData("xception", "block1.rep.0.conv1.weight", "pads its pools")]
    [InlineData("mobilenet_0.25", "blocks.0.0.conv_dw.weight", "pads its strided convolutions on all sides")]
    [InlineData("vgg19", "features.1.running_mean", "normalises after its convolutions")]
    public void A_network_that_only_has_the_name_is_refused_in_one_line(string name, string tensor, string difference)
    {
        AtomicFile.Write(_place.In("other.safetensors"), stream => Safetensors.Write(stream, [new(tensor, "F32", [1], target => target.Write(new byte[4]))], new Dictionary<string, string>()));
        using var file = PretrainedWeights.Open(_place.In("other.safetensors"));

        var error = Assert.Throws<ArtifactException>(() => WeightMatch.Of(file, ModelPlanner.Plan(Backbone.Find(name)!.Model(includeTop: true)).Layers));

        Assert.Contains($"which is another network than Keras': it {difference}", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_base_with_such_weights_needs_their_preprocessing()
    {
        var plan = ModelPlanner.Plan(Backbone.Find("vgg16")!.Model(includeTop: false, new Size2(32, 32)));
        var names = TorchNames.Of("", new HashSet<string> { "features.0.weight" }, plan.Layers)!;
        AtomicFile.Write(_place.In("vgg16.safetensors"), stream => Safetensors.Write(stream,
            [.. names.Select(named => new Safetensors.Source(named.Name, "F32", [.. named.Weight.Shape.Select(size => (long)size)], target => target.Write(new byte[named.Weight.Count * 4])))], new Dictionary<string, string>()));
        TrainingSpec Spec(params string[] overrides) => SpecReader.Read($$"""
            data: {kind: folder, path: pictures}
            model: {base: {backbone: vgg16, weights: {{_place.In("vgg16.safetensors")}}, trainable: false}, input: [32, 32, 3], layers: [flatten, {dense: {units: 2, activation: softmax} } ] }
            """, "spec", overrides);

        BaseWeights.Check(Spec("data.preprocessing=torch"));
        var error = Assert.Throws<ArtifactException>(() => BaseWeights.Check(Spec()));

        Assert.EndsWith("vgg16.safetensors takes pictures that are prepared otherwise; set data.preprocessing: torch", error.Message);
    }

    float[] Numbers(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(_place.In(name))).ToArray();
}
