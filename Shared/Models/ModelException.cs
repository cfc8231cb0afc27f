namespace Convoy.Shared.Models;

/// <summary>A model whose shapes do not fit. The message names the layer, what was found and what to do, in one line.</summary>
public sealed class ModelException : Exception
{
    /// <summary>A problem of the model as a whole, or of a layer that has no name to go by.</summary>
    public ModelException(string message, int? layerIndex = null) : base(message) => LayerIndex = layerIndex;

    /// <summary>A problem of one layer; the message begins with its name.</summary>
    public ModelException(string layer, int index, string problem) : base($"layer {layer}: {problem}") => LayerIndex = index;

    /// <summary>Position of the layer at fault, from 0; null where no layer is.</summary>
    public int? LayerIndex { get; }
}
