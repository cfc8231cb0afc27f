namespace Convoy.Shared.Models.Backbones;

/// <summary>ResNet (He et al. 2016) as in Keras up to 2.2: convolutions with biases, a block's stride on its first 1x1 convolution.</summary>
internal static class ResNet
{
    private static readonly ActivationLayer Relu = new() { Activation = Activation.Relu };

    public static IReadOnlyList<Layer> Fifty(bool top)
    {
        var net = new LayerWriter();
        net.Add(new ZeroPadding2D { Name = "conv1_pad", Padding = new(3, 3, 3, 3) });
        net.Add(new Conv2D { Name = "conv1", Filters = 64, Kernel = new(7, 7), Strides = new(2, 2) });
        net.Add(new BatchNormalization { Name = "bn_conv1" });
        net.Add(Relu);
        net.Add(new ZeroPadding2D { Name = "pool1_pad" });
        net.Add(new MaxPooling2D { Pool = new(3, 3), Strides = new(2, 2) });
        foreach (var (stage, blocks) in new[] { 3, 4, 6, 3 }.Index())
            for (var block = 0; block < blocks; block++)
                Block(net, stage + 2, (char)('a' + block), 64 << stage, stride: stage > 0 && block == 0 ? 2 : 1);
        if (top)
        {
            net.Add(new GlobalAveragePooling2D { Name = "avg_pool" });
            net.Add(new Dense { Name = "fc1000", Units = Backbone.Classes, Activation = Activation.Softmax });
        }
        return net.Layers;
    }

    // A stage's first block has a convolution on its shortcut, since the shape changes there.
    private static void Block(LayerWriter net, int stage, char block, int filters, int stride)
    {
        var input = net.Last;
        Branch(net, "2a", filters, kernel: 1, stride);
        net.Add(Relu);
        Branch(net, "2b", filters, kernel: 3);
        net.Add(Relu);
        var main = Branch(net, "2c", 4 * filters, kernel: 1);
        var shortcut = block == 'a' ? Branch(net, "1", 4 * filters, kernel: 1, stride, input) : input;
        net.Add(new Add(), main, shortcut);
        net.Add(Relu);

        string Branch(LayerWriter net, string branch, int filters, int kernel, int stride = 1, string? from = null)
        {
            net.Add(new Conv2D { Name = $"res{stage}{block}_branch{branch}", Filters = filters, Kernel = new(kernel, kernel), Strides = new(stride, stride), Padding = kernel > 1 ? Padding.Same : Padding.Valid }, from ?? net.Last);
            return net.Add(new BatchNormalization { Name = $"bn{stage}{block}_branch{branch}" });
        }
    }
}
