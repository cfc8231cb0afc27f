namespace Convoy.Shared.Models.Backbones;

/// <summary>Writes a network down layer by layer, as Keras' functional interface does: every layer gets the name that Keras gives it in
/// a new session, and names its inputs where they are not just the layer before.</summary>
internal sealed class LayerWriter
{
    private readonly List<Layer> _layers = [];
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>The layers so far.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>The name of the last layer.</summary>
    public string Last => _layers[^1].Name!;

    /// <summary>Adds a layer over the last one.</summary>
    /// <returns>Its name.</returns>
    public string Add(Layer layer) => Write(layer, null);

    /// <summary>Adds a layer over others.</summary>
    /// <returns>Its name.</returns>
    public string Add(Layer layer, params IReadOnlyList<string> inputs) => Write(layer, inputs is [var input] && input == Last ? null : inputs);

    private string Write(Layer layer, IReadOnlyList<string>? inputs)
    {
        var name = layer.Name ?? $"{layer.Key()}_{_counts[layer.Key()] = _counts.GetValueOrDefault(layer.Key()) + 1}";
        _layers.Add(layer with { Name = name, Inputs = inputs });
        return name;
    }
}
