using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Models;

/// <summary>Infers every layer's name, shapes and tensors, with Keras' rules, without computing anything.</summary>
public static class ModelPlanner
{
    /// <summary>The plan of a model.</summary>
    /// <param name="spec">The model; its base's layers come before its own.</param>
    /// <param name="trainable">What learns; as the base says where left out.</param>
    /// <exception cref="ModelException">A shape does not fit, a name is taken twice, or there is no such base.</exception>
    public static ModelPlan Plan(ModelSpec spec, Trainable? trainable = null)
    {
        var input = InputShape(spec.Input);
        var inBase = spec.Base is null ? [] : BaseLayers(spec.Base, input);
        IReadOnlyList<Layer> layers = [.. inBase, .. spec.Layers];
        if (layers.Count == 0)
            throw new ModelException("the model has no layers", "layers");
        var names = LayerNaming.Names(inBase, spec.Layers);
        var sources = new LayerSources(layers, names, inBase.Count).Find();
        var frozen = Frozen(trainable ?? spec.Base?.Trainable ?? Trainable.All, spec.Base, names, inBase.Count);
        var plans = new LayerPlan[layers.Count];
        for (var i = 0; i < plans.Length; i++)
        {
            var place = new LayerPlace(names[i], i - inBase.Count, [.. sources[i].Select(source => source == LayerPlan.ModelInput ? input : plans[source].Output)]);
            plans[i] = Plan(layers[i], place, sources[i]) with { Trainable = i >= frozen, KeepsStatistics = i < inBase.Count && KeepsStatistics(spec.Base!) };
        }
        return new ModelPlan(input, plans) { BaseCount = inBase.Count };
    }

    private static IReadOnlyList<Layer> BaseLayers(BaseSpec spec, Shape input)
    {
        var backbone = Backbone.Find(spec.Backbone)
            ?? throw new ModelException($"unknown backbone{Nearest.Hint(spec.Backbone, Backbone.Names)} (known: {string.Join(", ", Backbone.Names)})", "base.backbone");
        return input is { IsImage: true, Channels: 3 }
            ? backbone.Model(includeTop: false, new(input.Height, input.Width)).Layers
            : throw new ModelException($"{spec.Backbone} takes colour pictures, [height, width, 3], not {input}", "input");
    }

    // What a small share of a batch says of its pictures is worse than what the weights were trained with.
    private static bool KeepsStatistics(BaseSpec spec) => spec.BatchNorm == BatchNormMode.Inference || spec is { BatchNorm: BatchNormMode.Auto, Weights: not null };

    // How many of the first layers do not learn.
    private static int Frozen(Trainable trainable, BaseSpec? @base, IReadOnlyList<string> names, int inBase)
    {
        if (trainable.From is not { } from)
            return trainable.IsNone ? inBase : 0;
        var layer = from == Trainable.LastBlock && @base is not null ? Backbone.Find(@base.Backbone)!.LastBlock : from;
        var first = names.Index().FirstOrDefault(name => name.Item == layer, (Index: -1, Item: "")).Index;
        return first >= 0
            ? first
            : throw new ModelException($"there is no layer '{Quote.Short(from)}' to train from{Nearest.Hint(from, names)}", "base.trainable");
    }

    private static LayerPlan Plan(Layer layer, LayerPlace place, IReadOnlyList<int> sources)
    {
        var output = OutputShape(layer, place);
        place.RequireAddressable(output.Count, "output");
        return new LayerPlan(place.Name, layer, sources, place.Inputs, output, LayerWeights.Of(layer, place));
    }

    private static Shape InputShape(IReadOnlyList<int> dims)
    {
        if (dims.Count is not (1 or 3) || dims.Any(dim => dim < 1))
            throw new ModelException($"input [{string.Join(", ", dims.Take(8))}] must be [height, width, channels] or [length], each at least 1", "input");
        var shape = new Shape([.. dims]);
        return dims.Any(dim => dim > 1 << 20) || shape.Count > int.MaxValue
            ? throw new ModelException($"input {shape} is too large", "input")
            : shape;
    }

    private static Shape OutputShape(Layer layer, LayerPlace place) => layer switch
    {
        Conv2D conv => Windows(place, "kernel", conv.Kernel, conv.Strides, conv.Padding, conv.Filters),
        DepthwiseConv2D conv => Windows(place, "kernel", conv.Kernel, conv.Strides, conv.Padding, Multiplied(place, conv.DepthMultiplier)),
        SeparableConv2D conv => SeparableOutput(conv, place),
        ZeroPadding2D padding => Padded(place, padding.Padding),
        MaxPooling2D pool => Windows(place, "pool", pool.Pool, pool.Strides ?? pool.Pool, pool.Padding),
        AveragePooling2D pool => Windows(place, "pool", pool.Pool, pool.Strides ?? pool.Pool, pool.Padding),
        GlobalAveragePooling2D => Shape.Vector(Picture(place).Channels),
        Flatten => Shape.Vector(checked((int)place.Input.Count)),
        Reshape reshape => Reshaped(place, reshape.TargetShape),
        Dense dense => DenseOutput(dense, place),
        Dropout or BatchNormalization or ActivationLayer => place.Input,
        Add => Summed(place),
        Concatenate => Joined(place),
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

    private static Shape SeparableOutput(SeparableConv2D conv, LayerPlace place)
    {
        Multiplied(place, conv.DepthMultiplier);
        return Windows(place, "kernel", conv.Kernel, conv.Strides, conv.Padding, conv.Filters);
    }

    private static int Multiplied(LayerPlace place, int multiplier)
    {
        var channels = (long)Picture(place).Channels * multiplier;
        place.RequireAddressable(channels, "channels");
        return (int)channels;
    }

    private static Shape Padded(LayerPlace place, Border border)
    {
        var input = Picture(place);
        return Shape.Image(input.Height + border.Top + border.Bottom, input.Width + border.Left + border.Right, input.Channels);
    }

    private static Shape Reshaped(LayerPlace place, IReadOnlyList<int> target)
    {
        if (target.Count is not (1 or 3))
            throw place.Error($"target_shape [{string.Join(", ", target.Take(8))}] must be [height, width, channels] or [length]");
        var shape = new Shape([.. target]);
        return target.Aggregate(1.0, (product, dim) => product * dim) == place.Input.Count
            ? shape
            : throw place.Error($"target_shape {shape} does not hold the {place.Input.Count} numbers of its input {place.Input}");
    }

    private static Shape Summed(LayerPlace place) => place.Inputs.FirstOrDefault(input => input != place.Input) is { } other
        ? throw place.Error($"adds shapes that differ: {place.Input} and {other}")
        : place.Input;

    private static Shape Joined(LayerPlace place)
    {
        if (place.Inputs.FirstOrDefault(input => !input.Dims.SkipLast(1).SequenceEqual(place.Input.Dims.SkipLast(1))) is { } other)
            throw place.Error($"joins channels of shapes whose height and width differ: {place.Input} and {other}");
        var channels = place.Inputs.Sum(input => (long)input.Channels);
        place.RequireAddressable(channels, "channels");
        return new Shape([.. place.Input.Dims.SkipLast(1), (int)channels]);
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
