using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Models;

/// <summary>Finds the layers of a model that are looked at.</summary>
public static class LayerChoice
{
    /// <summary>What <see cref="LastConvolution"/> is called on a command line.</summary>
    public const string LastConvolutionName = "last-conv";

    /// <summary>A layer by its name.</summary>
    /// <exception cref="ModelException">There is none.</exception>
    public static int Named(ModelPlan plan, string name)
    {
        var names = plan.Layers.Select(layer => layer.Name).ToList();
        var place = names.IndexOf(name);
        return place >= 0 ? place
            : throw new ModelException($"the model has no layer '{Quote.Short(name)}'{Nearest.Hint(name, names)}; 'convoy summary' lists its layers", "layer");
    }

    /// <summary>A layer by its name whose output is a picture of feature maps.</summary>
    /// <exception cref="ModelException">There is none.</exception>
    public static int WithMaps(ModelPlan plan, string name)
    {
        var place = name == LastConvolutionName ? LastConvolution(plan) : Named(plan, name);
        return plan.Layers[place].Output.IsImage ? place
            : throw new ModelException($"layer '{name}' has no feature maps: its output is {plan.Layers[place].Output}", "layer");
    }

    /// <summary>The last convolution; one over a single pixel, such as MobileNet's classifier, sees no places and does not count.</summary>
    /// <exception cref="ModelException">The model has none.</exception>
    public static int LastConvolution(ModelPlan plan) => HasConvolution(plan)
        ? plan.Layers.Index().Last(layer => HasPlaces(layer.Item)).Index
        : throw new ModelException("the model has no convolution", "layer");

    /// <summary>The convolutions and pooling layers, in order, except those whose maps are single pixels.</summary>
    public static IReadOnlyList<int> ConvolutionsAndPoolings(ModelPlan plan) => [.. plan.Layers.Index().Where(layer => HasPlaces(layer.Item) || IsPooling(layer.Item)).Select(layer => layer.Index)];

    /// <summary>Whether <see cref="LastConvolution"/> finds one.</summary>
    public static bool HasConvolution(ModelPlan plan) => plan.Layers.Any(HasPlaces);

    static bool HasPlaces(LayerPlan layer) => layer.Layer is Conv2D or DepthwiseConv2D or SeparableConv2D && layer.Output.Height * layer.Output.Width > 1;

    static bool IsPooling(LayerPlan layer) => layer.Layer is MaxPooling2D or AveragePooling2D;
}
