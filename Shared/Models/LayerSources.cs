using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Models;

/// <summary>Finds the layers whose outputs a layer takes.</summary>
/// <param name="layers">Of a model, a base's first.</param>
/// <param name="names">Theirs.</param>
/// <param name="inBase">How many are a base's.</param>
internal sealed class LayerSources(IReadOnlyList<Layer> layers, IReadOnlyList<string> names, int inBase)
{
    private readonly Dictionary<string, int> _places = new() { [LayerPlan.ModelInputName] = LayerPlan.ModelInput };

    /// <summary>For every layer the places of its inputs.</summary>
    /// <exception cref="ModelException">There is no such layer before it, or a layer's output is left unused.</exception>
    public IReadOnlyList<IReadOnlyList<int>> Find()
    {
        var sources = new List<IReadOnlyList<int>>(layers.Count);
        for (var i = 0; i < layers.Count; i++)
        {
            sources.Add(SourcesOf(i));
            if (!_places.TryAdd(names[i], i))
                throw Error(i, "this is what layers call the model's input; give it another name");
        }
        RequireAllUsed([.. sources.SelectMany(inputs => inputs)]);
        return sources;
    }

    private IReadOnlyList<int> SourcesOf(int layer)
    {
        var (joins, inputs) = (layers[layer] is Add or Concatenate, layers[layer].Inputs);
        if (joins && inputs is not { Count: >= 2 })
            throw Error(layer, "needs two inputs or more, such as inputs: [conv2d_1, conv2d_2]");
        if (!joins && inputs is { Count: not 1 })
            throw Error(layer, "takes one input; add and concatenate take several");
        return inputs is null ? [layer - 1] : [.. inputs.Select(input => _places.TryGetValue(input, out var place)
            ? place
            : throw Error(layer, $"its input '{Quote.Short(input)}' is no layer before it{Nearest.Hint(input, _places.Keys)}"))];
    }

    private void RequireAllUsed(HashSet<int> used)
    {
        for (var i = 0; i < layers.Count - 1; i++)
            if (!used.Contains(i))
                throw Error(i, "no layer takes its output; name it in another layer's inputs or leave it out");
    }

    private ModelException Error(int layer, string problem) => new(names[layer], layer - inBase, problem);
}
