using Convoy.Shared.Specs;

namespace Convoy.Shared.Models;

/// <summary>Infers every layer's name, shapes and tensors, with Keras' rules, without computing anything.</summary>
public static class ModelPlanner
{
    /// <summary>The plan of a model.</summary>
    /// <exception cref="ModelException">A shape does not fit, or a name is taken twice.</exception>
    public static ModelPlan Plan(ModelSpec spec)
    {
        var shape = InputShape(spec.Input);
        if (spec.Layers.Count == 0)
            throw new ModelException("the model has no layers");
        var names = LayerNaming.Names(spec.Layers);
        var layers = new LayerPlan[spec.Layers.Count];
        for (var i = 0; i < layers.Length; i++)
        {
            var place = new LayerPlace(names[i], i, shape);
            var output = OutputShape(spec.Layers[i], place);
            place.RequireAddressable(output.Count, "output");
            layers[i] = new LayerPlan(names[i], spec.Layers[i], shape, output, LayerWeights.Of(spec.Layers[i], place));
            shape = output;
        }
        return new ModelPlan(layers[0].Input, layers);
    }

    private static Shape InputShape(IReadOnlyList<int> dims)
    {
        if (dims.Count is not (1 or 3) || dims.Any(dim => dim < 1))
            throw new ModelException($"input [{string.Join(", ", dims.Take(8))}] must be [height, width, channels] or [length], each at least 1");
        var shape = new Shape([.. dims]);
        return dims.Any(dim => dim > 1 << 20) || shape.Count > int.MaxValue
            ? throw new ModelException($"input {shape} is too large")
            : shape;
    }

    private static Shape OutputShape(Layer layer, LayerPlace place) => layer switch
    {
        Conv2D conv => Windows(place, "kernel", conv.Kernel, conv.Strides, conv.Padding, conv.Filters),
        MaxPooling2D pool => Windows(place, "pool", pool.Pool, pool.Strides ?? pool.Pool, pool.Padding),
        AveragePooling2D pool => Windows(place, "pool", pool.Pool, pool.Strides ?? pool.Pool, pool.Padding),
        GlobalAveragePooling2D => Shape.Vector(Picture(place).Channels),
        Flatten => Shape.Vector(checked((int)place.Input.Count)),
        Dense dense => DenseOutput(dense, place),
        Dropout or BatchNormalization or ActivationLayer => place.Input,
        _ => throw place.Error($"{layer.GetType().Name} is a layer this version does not know"),
    };

    private static Shape Windows(LayerPlace place, string what, Size2 window, Size2 strides, Padding padding, int? channels = null)
    {
        var input = Picture(place);
        if (window.Height < 1 || window.Width < 1 || strides.Height < 1 || strides.Width < 1)
            throw place.Error($"{what} {window} and strides {strides} must be at least 1");
        if (padding == Padding.Valid && (window.Height > input.Height || window.Width > input.Width))
            throw place.Error($"{what} {window} is larger than its input {input.Height}x{input.Width} {input}; use padding: same, a smaller {what} or fewer pools");
        return Shape.Image(
            Steps(input.Height, window.Height, strides.Height, padding),
            Steps(input.Width, window.Width, strides.Width, padding),
            channels ?? input.Channels);
    }

    private static int Steps(int input, int window, int stride, Padding padding) =>
        padding == Padding.Same ? (input - 1) / stride + 1 : (input - window) / stride + 1;

    private static Shape Picture(LayerPlace place) => place.Input.IsImage
        ? place.Input
        : throw place.Error($"needs a picture (height, width, channels) but its input is {place.Input}; put it before the flatten");

    // Keras would apply the layer to every pixel on its own: rarely meant, so refused.
    private static Shape DenseOutput(Dense dense, LayerPlace place) => place.Input.IsImage
        ? throw place.Error($"its input {place.Input} is a picture; put a flatten or global_average_pooling2d before it")
        : Shape.Vector(dense.Units);
}
