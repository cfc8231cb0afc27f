namespace Convoy.Shared.Models.Backbones;

/// <summary>ResNet (He et al. 2016), with Keras' names: as in Keras up to 2.2, or as in torchvision and timm.</summary>
internal sealed class ResNet
{
    private static readonly ActivationLayer Relu = new() { Activation = Activation.Relu };
    private static readonly Border Around = new(1, 1, 1, 1);

    private readonly LayerWriter _net = new();
    private readonly bool _v15;

    private ResNet(bool top, bool v15)
    {
        _v15 = v15;
        _net.Add(new ZeroPadding2D { Name = "conv1_pad", Padding = new(3, 3, 3, 3) });
        _net.Add(new Conv2D { Name = "conv1", Filters = 64, Kernel = new(7, 7), Strides = new(2, 2), UseBias = !v15 });
        _net.Add(Norm("bn_conv1"));
        _net.Add(Relu);
        _net.Add(new ZeroPadding2D { Name = "pool1_pad", Padding = Around });
        _net.Add(new MaxPooling2D { Pool = new(3, 3), Strides = new(2, 2) });
        foreach (var (stage, blocks) in new[] { 3, 4, 6, 3 }.Index())
            for (var block = 0; block < blocks; block++)
                Block($"{stage + 2}{(char)('a' + block)}", 64 << stage, stride: stage > 0 && block == 0 ? 2 : 1, changes: block == 0);
        if (!top) return;
        _net.Add(new GlobalAveragePooling2D { Name = "avg_pool" });
        _net.Add(new Dense { Name = "fc1000", Units = Backbone.Classes, Activation = Activation.Softmax });
    }

    /// <summary>Keras': convolutions with biases, a block's stride on its first 1x1 convolution.</summary>
    public static IReadOnlyList<Layer> Fifty(bool top) => new ResNet(top, v15: false)._net.Layers;

    /// <summary>torchvision's and timm's, which NVIDIA calls v1.5: no biases, a block's stride on its 3x3 convolution, padded on all sides, and PyTorch's epsilon.</summary>
    public static IReadOnlyList<Layer> FiftyV15(bool top) => new ResNet(top, v15: true)._net.Layers;

    // Where the shape changes there is a convolution on the shortcut.
    private void Block(string name, int filters, int stride, bool changes)
    {
        var input = _net.Last;
        Branch($"{name}_branch2a", filters, kernel: 1, _v15 ? 1 : stride);
        _net.Add(Relu);
        Branch($"{name}_branch2b", filters, kernel: 3, _v15 ? stride : 1);
        _net.Add(Relu);
        var main = Branch($"{name}_branch2c", 4 * filters, kernel: 1);
        var shortcut = changes ? Branch($"{name}_branch1", 4 * filters, kernel: 1, stride, input) : input;
        _net.Add(new Add(), main, shortcut);
        _net.Add(Relu);
    }

    private string Branch(string name, int filters, int kernel, int stride = 1, string? from = null)
    {
        var padded = kernel > 1 && stride > 1;
        if (padded) _net.Add(new ZeroPadding2D { Name = $"res{name}_pad", Padding = Around });
        var padding = kernel > 1 && !padded ? Padding.Same : Padding.Valid;
        _net.Add(new Conv2D { Name = $"res{name}", Filters = filters, Kernel = new(kernel, kernel), Strides = new(stride, stride), Padding = padding, UseBias = !_v15 }, from ?? _net.Last);
        return _net.Add(Norm($"bn{name}"));
    }

    private BatchNormalization Norm(string name) => _v15 ? new() { Name = name, Epsilon = 1e-5 } : new() { Name = name };
}
