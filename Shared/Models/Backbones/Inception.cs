namespace Convoy.Shared.Models.Backbones;

/// <summary>Inception v3 (Szegedy et al. 2016): branches side by side, their channels joined.</summary>
internal sealed class Inception
{
    private readonly LayerWriter _net = new();

    private Inception(bool top)
    {
        Stem();
        Mixed35("mixed0", pool: 32);
        Mixed35("mixed1", pool: 64);
        Mixed35("mixed2", pool: 64);
        Reduction17("mixed3");
        Mixed17("mixed4", width: 128);
        Mixed17("mixed5", width: 160);
        Mixed17("mixed6", width: 160);
        Mixed17("mixed7", width: 192);
        Reduction8("mixed8");
        Mixed8("mixed9", inner: "mixed9_0");
        Mixed8("mixed10", inner: "mixed9_1");
        if (!top) return;
        _net.Add(new GlobalAveragePooling2D { Name = "avg_pool" });
        _net.Add(new Dense { Name = "predictions", Units = Backbone.Classes, Activation = Activation.Softmax });
    }

    public static IReadOnlyList<Layer> V3(bool top) => new Inception(top)._net.Layers;

    private void Stem()
    {
        Conv(null, 32, 3, 3, stride: 2, Padding.Valid);
        Conv(Last, 32, 3, 3, padding: Padding.Valid);
        Conv(Last, 64, 3, 3);
        Reduce(Last);
        Conv(Last, 80, 1, 1);
        Conv(Last, 192, 3, 3, padding: Padding.Valid);
        Reduce(Last);
    }

    private void Mixed35(string name, int pool)
    {
        var x = Last;
        var one = Conv(x, 64, 1, 1);
        var five = Conv(Conv(x, 48, 1, 1), 64, 5, 5);
        var three = Conv(Conv(Conv(x, 64, 1, 1), 96, 3, 3), 96, 3, 3);
        Join(name, one, five, three, Conv(Average(x), pool, 1, 1));
    }

    private void Reduction17(string name)
    {
        var x = Last;
        var three = Conv(x, 384, 3, 3, stride: 2, Padding.Valid);
        var twice = Conv(Conv(Conv(x, 64, 1, 1), 96, 3, 3), 96, 3, 3, stride: 2, Padding.Valid);
        Join(name, three, twice, Reduce(x));
    }

    private void Mixed17(string name, int width)
    {
        var x = Last;
        var one = Conv(x, 192, 1, 1);
        var seven = Conv(Conv(Conv(x, width, 1, 1), width, 1, 7), 192, 7, 1);
        var twice = Conv(Conv(Conv(Conv(Conv(x, width, 1, 1), width, 7, 1), width, 1, 7), width, 7, 1), 192, 1, 7);
        Join(name, one, seven, twice, Conv(Average(x), 192, 1, 1));
    }

    private void Reduction8(string name)
    {
        var x = Last;
        var three = Conv(Conv(x, 192, 1, 1), 320, 3, 3, stride: 2, Padding.Valid);
        var seven = Conv(Conv(Conv(Conv(x, 192, 1, 1), 192, 1, 7), 192, 7, 1), 192, 3, 3, stride: 2, Padding.Valid);
        Join(name, three, seven, Reduce(x));
    }

    private void Mixed8(string name, string inner)
    {
        var x = Last;
        var one = Conv(x, 320, 1, 1);
        var three = Conv(x, 384, 1, 1);
        var threes = Join(inner, Conv(three, 384, 1, 3), Conv(three, 384, 3, 1));
        var twice = Conv(Conv(x, 448, 1, 1), 384, 3, 3);
        var twices = Join(null, Conv(twice, 384, 1, 3), Conv(twice, 384, 3, 1));
        Join(name, one, threes, twices, Conv(Average(x), 192, 1, 1));
    }

    private string Last => _net.Last;

    private string Conv(string? input, int filters, int height, int width, int stride = 1, Padding padding = Padding.Same)
    {
        var conv = new Conv2D { Filters = filters, Kernel = new(height, width), Strides = new(stride, stride), Padding = padding, UseBias = false };
        if (input is null) _net.Add(conv);
        else _net.Add(conv, input);
        _net.Add(new BatchNormalization { Scale = false });
        return _net.Add(new ActivationLayer { Activation = Activation.Relu });
    }

    private string Average(string input) => _net.Add(new AveragePooling2D { Pool = new(3, 3), Strides = new(1, 1), Padding = Padding.Same }, input);

    private string Reduce(string input) => _net.Add(new MaxPooling2D { Pool = new(3, 3), Strides = new(2, 2) }, input);

    private string Join(string? name, params IReadOnlyList<string> branches) => _net.Add(new Concatenate { Name = name }, branches);
}
