namespace Convoy.Shared.Models;

/// <summary>A model whose shapes do not fit. The message names the layer, what was found and what to do, in one line.</summary>
public sealed class ModelException : Exception
{
    /// <summary>A problem of the model as a whole, or of a layer that has no name to go by.</summary>
    public ModelException(string message, string field) : base(message) => Field = field;

    /// <summary>A problem of one layer; the message begins with its name.</summary>
    public ModelException(string layer, int index, string problem) : this($"layer {layer}: {problem}", LayerField(index)) { }

    /// <summary>The field of the model's spec at fault: <c>input</c>, <c>layers[2]</c>.</summary>
    public string Field { get; }

    /// <summary>The field of a layer; what is wrong with a layer of a base (below 0) is the input's fault.</summary>
    internal static string LayerField(int index) => index < 0 ? "input" : FormattableString.Invariant($"layers[{index}]");
}
