namespace Convoy.Shared.Models;

/// <summary>The tensors of a layer, in PyTorch's names and orders, with Keras' initialisers.</summary>
internal static class LayerWeights
{
    public static IReadOnlyList<WeightPlan> Of(Layer layer, LayerPlace place) => layer switch
    {
        Conv2D conv => [Kernel(place, "weight", conv.Filters, place.Input.Channels, conv.Kernel), .. Bias(place, conv.UseBias, conv.Filters)],
        DepthwiseConv2D conv => [Depthwise(place, "weight", conv.DepthMultiplier, conv.Kernel), .. Bias(place, conv.UseBias, place.Input.Channels * conv.DepthMultiplier)],
        SeparableConv2D conv =>
        [
            Depthwise(place, "depthwise_weight", conv.DepthMultiplier, conv.Kernel),
            Kernel(place, "pointwise_weight", conv.Filters, place.Input.Channels * conv.DepthMultiplier, new Size2(1, 1)),
            .. Bias(place, conv.UseBias, conv.Filters),
        ],
        Dense dense => [Matrix(place, dense.Units, place.Input.Channels), .. Bias(place, dense.UseBias, dense.Units)],
        BatchNormalization norm => Normalization(norm, place),
        _ => [],
    };

    private static WeightPlan Kernel(LayerPlace place, string name, int outputs, int inputs, Size2 kernel) =>
        Glorot(place, name, [outputs, inputs, kernel.Height, kernel.Width], inputs, outputs);

    // Keras counts the fans of (height, width, channels, multiplier) as of any kernel: all channels go in, the multiplier comes out.
    private static WeightPlan Depthwise(LayerPlace place, string name, int multiplier, Size2 kernel) =>
        Glorot(place, name, [place.Input.Channels * multiplier, 1, kernel.Height, kernel.Width], place.Input.Channels, multiplier);

    private static WeightPlan Matrix(LayerPlace place, int outputs, int inputs) => Glorot(place, "weight", [outputs, inputs], inputs, outputs);

    private static WeightPlan Glorot(LayerPlace place, string name, IReadOnlyList<int> shape, int inputs, int outputs)
    {
        // In doubles: the product of four ints overflows a long.
        place.RequireAddressable((long)Math.Min(shape.Aggregate(1.0, (product, size) => product * size), long.MaxValue / 2), "weight");
        var field = shape.Skip(2).Aggregate(1, (product, size) => product * size);
        return new WeightPlan($"{place.Name}.{name}", shape, Trainable: true, Initializer.GlorotUniform, FanIn: inputs * field, FanOut: outputs * field);
    }

    private static IEnumerable<WeightPlan> Bias(LayerPlace place, bool used, int outputs) => used ? [Vector(place, "bias", outputs, Initializer.Zeros)] : [];

    private static IReadOnlyList<WeightPlan> Normalization(BatchNormalization norm, LayerPlace place)
    {
        var channels = place.Input.Channels;
        var weights = new List<WeightPlan>(4);
        if (norm.Scale)
            weights.Add(Vector(place, "weight", channels, Initializer.Ones));
        if (norm.Center)
            weights.Add(Vector(place, "bias", channels, Initializer.Zeros));
        weights.Add(Vector(place, "running_mean", channels, Initializer.Zeros, trainable: false));
        weights.Add(Vector(place, "running_var", channels, Initializer.Ones, trainable: false));
        return weights;
    }

    private static WeightPlan Vector(LayerPlace place, string name, int length, Initializer initializer, bool trainable = true) =>
        new($"{place.Name}.{name}", [length], trainable, initializer, FanIn: 0, FanOut: 0);
}
