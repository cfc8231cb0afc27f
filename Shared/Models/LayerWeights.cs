namespace Convoy.Shared.Models;

/// <summary>The tensors of a layer, in PyTorch's names and orders, with Keras' initialisers.</summary>
internal static class LayerWeights
{
    public static IReadOnlyList<WeightPlan> Of(Layer layer, LayerPlace place) => layer switch
    {
        Conv2D conv => Affine(place, conv.UseBias, conv.Filters, place.Input.Channels, conv.Kernel.Height, conv.Kernel.Width),
        Dense dense => Affine(place, dense.UseBias, dense.Units, place.Input.Channels),
        BatchNormalization norm => Normalization(norm, place),
        _ => [],
    };

    private static IReadOnlyList<WeightPlan> Affine(LayerPlace place, bool bias, int outputs, int inputs, params int[] kernel)
    {
        // In doubles: the product of four ints overflows a long.
        place.RequireAddressable((long)Math.Min(kernel.Aggregate((double)outputs * inputs, (product, size) => product * size), long.MaxValue / 2), "weight");
        var field = kernel.Aggregate(1, (product, size) => product * size);
        var weight = new WeightPlan($"{place.Name}.weight", [outputs, inputs, .. kernel], Trainable: true,
            Initializer.GlorotUniform, FanIn: inputs * field, FanOut: outputs * field);
        return bias ? [weight, Vector(place, "bias", outputs, Initializer.Zeros)] : [weight];
    }

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
