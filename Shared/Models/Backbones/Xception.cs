namespace Convoy.Shared.Models.Backbones;

/// <summary>Xception (Chollet 2017): separable convolutions with residual connections.</summary>
internal sealed class Xception
{
    private readonly LayerWriter _net = new();

    private Xception(bool top)
    {
        Conv("block1_conv1", 32, stride: 2);
        Conv("block1_conv2", 64, stride: 1);
        Halving(2, 128, 128, activatedFirst: false);
        Halving(3, 256, 256);
        Halving(4, 728, 728);
        for (var block = 5; block <= 12; block++) Middle(block);
        Halving(13, 728, 1024);
        Separable("block14_sepconv1", 1536);
        Relu("block14_sepconv1_act");
        Separable("block14_sepconv2", 2048);
        Relu("block14_sepconv2_act");
        if (!top) return;
        _net.Add(new GlobalAveragePooling2D { Name = "avg_pool" });
        _net.Add(new Dense { Name = "predictions", Units = Backbone.Classes, Activation = Activation.Softmax });
    }

    public static IReadOnlyList<Layer> Layers(bool top) => new Xception(top)._net.Layers;

    private void Conv(string name, int filters, int stride)
    {
        _net.Add(new Conv2D { Name = name, Filters = filters, Strides = new(stride, stride), UseBias = false });
        _net.Add(new BatchNormalization { Name = $"{name}_bn" });
        Relu($"{name}_act");
    }

    private void Halving(int block, int first, int second, bool activatedFirst = true)
    {
        var input = _net.Last;
        _net.Add(new Conv2D { Filters = second, Kernel = new(1, 1), Strides = new(2, 2), Padding = Padding.Same, UseBias = false });
        var residual = _net.Add(new BatchNormalization());
        if (activatedFirst) Relu($"block{block}_sepconv1_act", input);
        Separable($"block{block}_sepconv1", first, activatedFirst ? _net.Last : input);
        Relu($"block{block}_sepconv2_act");
        Separable($"block{block}_sepconv2", second);
        var pooled = _net.Add(new MaxPooling2D { Name = $"block{block}_pool", Pool = new(3, 3), Strides = new(2, 2), Padding = Padding.Same });
        _net.Add(new Add(), pooled, residual);
    }

    private void Middle(int block)
    {
        var input = _net.Last;
        for (var i = 1; i <= 3; i++)
        {
            Relu($"block{block}_sepconv{i}_act");
            Separable($"block{block}_sepconv{i}", 728);
        }
        _net.Add(new Add(), _net.Last, input);
    }

    private void Separable(string name, int filters, string? input = null)
    {
        _net.Add(new SeparableConv2D { Name = name, Filters = filters, Padding = Padding.Same, UseBias = false }, input ?? _net.Last);
        _net.Add(new BatchNormalization { Name = $"{name}_bn" });
    }

    private void Relu(string name, string? input = null) => _net.Add(new ActivationLayer { Name = name, Activation = Activation.Relu }, input ?? _net.Last);
}
