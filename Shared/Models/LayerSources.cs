using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Models;

/// <summary>Finds the layers whose outputs a layer takes.</summary>
internal static class LayerSources
{
    /// <summary>For every layer the places of its inputs.</summary>
    /// <exception cref="ModelException">There is no such layer before it, or a layer's output is left unused.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<Layer> layers, IReadOnlyList<string> names)
    {
        var places = new Dictionary<string, int> { [LayerPlan.ModelInputName] = LayerPlan.ModelInput };
        var sources = new List<IReadOnlyList<int>>(layers.Count);
        for (var i = 0; i < layers.Count; i++)
        {
            sources.Add(Of(layers[i], names[i], i, places));
            if (!places.TryAdd(names[i], i))
                throw new ModelException(names[i], i, "this is what layers call the model's input; give it another name");
        }
        RequireAllUsed(sources, names);
        return sources;
    }

    private static IReadOnlyList<int> Of(Layer layer, string name, int index, Dictionary<string, int> places)
    {
        var joins = layer is Add or Concatenate;
        if (joins && layer.Inputs is not { Count: >= 2 })
            throw new ModelException(name, index, "needs two inputs or more, such as inputs: [conv2d_1, conv2d_2]");
        if (!joins && layer.Inputs is { Count: not 1 })
            throw new ModelException(name, index, "takes one input; add and concatenate take several");
        return layer.Inputs is null ? [index - 1] : [.. layer.Inputs.Select(input => places.TryGetValue(input, out var place)
            ? place
            : throw new ModelException(name, index, $"its input '{Quote.Short(input)}' is no layer before it{Nearest.Hint(input, places.Keys)}"))];
    }

    private static void RequireAllUsed(IReadOnlyList<IReadOnlyList<int>> sources, IReadOnlyList<string> names)
    {
        var used = sources.SelectMany(inputs => inputs).ToHashSet();
        for (var i = 0; i < names.Count - 1; i++)
            if (!used.Contains(i))
                throw new ModelException(names[i], i, "no layer takes its output; name it in another layer's inputs or leave it out");
    }
}
