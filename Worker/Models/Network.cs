using Convoy.Shared.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Models;

/// <summary>A model that runs: the plan's layers over <see cref="FlatParameters"/>.</summary>
public sealed class Network : IDisposable
{
    readonly IReadOnlyList<Operation> _operations;

    /// <summary>Builds the layers of a plan on its parameters.</summary>
    public Network(FlatParameters parameters)
    {
        Parameters = parameters;
        _operations = [.. parameters.Plan.Layers.Select(layer => Operation.Of(layer, parameters))];
    }

    /// <summary>The weights and statistics.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>The activation at the very end, which a loss may want to do without.</summary>
    public Activation LastActivation => _operations.Count == 0 ? Activation.Linear : _operations[^1].Activation;

    /// <summary>The output for a batch.</summary>
    /// <param name="batch">(n, channels, height, width), best with channels last in memory; or (n, units).</param>
    /// <param name="pass">How.</param>
    /// <param name="logits">Leave the last activation out.</param>
    public Tensor Forward(Tensor batch, ForwardPass pass, bool logits = false)
    {
        var value = batch;
        for (var i = 0; i < _operations.Count; i++)
        {
            if (pass.Input is { } input) value = input(i, value);
            value = _operations[i].Compute(value, pass);
            if (!logits || i < _operations.Count - 1)
                value = Activations.Apply(value, _operations[i].Activation);
        }
        return value.to_type(ScalarType.Float32);
    }

    /// <inheritdoc/>
    public void Dispose() => Parameters.Dispose();
}
