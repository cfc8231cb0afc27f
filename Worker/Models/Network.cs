using Convoy.Shared.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Models;

/// <summary>A model that runs: the plan's layers over <see cref="FlatParameters"/>.</summary>
public sealed class Network : IDisposable
{
    readonly IReadOnlyList<LayerPlan> _layers;
    readonly IReadOnlyList<Operation> _operations;
    readonly TensorUse _use;

    /// <summary>Builds the layers of a plan on its parameters.</summary>
    public Network(FlatParameters parameters)
    {
        Parameters = parameters;
        _layers = parameters.Plan.Layers;
        _operations = [.. _layers.Select(layer => Operation.Of(layer, parameters))];
        _use = new TensorUse(_layers);
    }

    /// <summary>The weights and statistics.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>The activation at the very end, which a loss may want to do without.</summary>
    public Activation LastActivation => _layers.Count == 0 ? Activation.Linear : _layers[^1].Layer.Activation();

    /// <summary>The output for a batch, float32.</summary>
    /// <param name="batch">(n, channels, height, width), best with channels last in memory; or (n, units).</param>
    /// <param name="pass">How.</param>
    /// <param name="logits">Leave the last activation out.</param>
    /// <param name="from">The first layer that runs; where it is not the very first, the batch is the output of the layer before.</param>
    /// <param name="to">The first layer that does not run any more; all run where left out.</param>
    public Tensor Forward(Tensor batch, ForwardPass pass, bool logits = false, int from = 0, int? to = null)
    {
        var outputs = new Tensor[to ?? _operations.Count];
        if (from > 0) outputs[from - 1] = batch.alias();
        for (var i = from; i < outputs.Length; i++)
        {
            var inputs = _layers[i].Sources.Select(source => source == LayerPlan.ModelInput ? batch : outputs[source]).ToArray();
            outputs[i] = Output(i, inputs, pass, activated: !logits || i < outputs.Length - 1);
            // What the backward pass needs is kept by libtorch.
            foreach (var source in _use.LastUsedBy(i)) outputs[source].Dispose();
        }
        using var last = outputs.Length == 0 ? batch.alias() : outputs[^1];
        return last.to_type(ScalarType.Float32);
    }

    Tensor Output(int layer, Tensor[] inputs, ForwardPass pass, bool activated)
    {
        using var scope = NewDisposeScope();
        if (pass.Input is { } input && inputs.Length == 1) inputs[0] = input(layer, inputs[0]);
        var value = _operations[layer].Compute(inputs, pass);
        if (activated) value = Activations.Apply(value, _layers[layer].Layer.Activation(), pass.Output is null && _use.MayOverwrite(layer));
        if (pass.Output is { } output) value = output(layer, value);
        // The same object: tensors compare by their numbers, and no NaN equals itself.
        return (inputs.Any(each => ReferenceEquals(each, value)) ? value.alias() : value).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => Parameters.Dispose();
}
