using Convoy.Shared.Specs;
using static TorchSharp.torch;

namespace Convoy.Worker.Training.Optimizers;

/// <summary>Moves one flat tensor of weights by its gradient. Keras' definitions; the state is tensors of the same length.</summary>
public abstract class Optimizer : IDisposable
{
    readonly SortedDictionary<string, Tensor> _slots = new(StringComparer.Ordinal);

    /// <summary>The weights and the gradient it works on.</summary>
    protected Optimizer(Tensor weights, Tensor gradient) => (Weights, Gradient) = (weights, gradient);

    /// <summary>What is moved.</summary>
    protected Tensor Weights { get; }
    /// <summary>By what.</summary>
    protected Tensor Gradient { get; }
    /// <summary>Its state by name, as it stands in a checkpoint; in the order of the names.</summary>
    public IReadOnlyDictionary<string, Tensor> Slots => _slots;

    /// <summary>Makes one step, in place, outside autograd.</summary>
    /// <param name="lr">The learning rate of this step.</param>
    /// <param name="step">From 1, over the whole run.</param>
    public abstract void Step(double lr, long step);

    /// <summary>A state tensor of zeros.</summary>
    protected Tensor Slot(string name) => _slots[name] = zeros_like(Weights).DetachFromDisposeScope();

    /// <summary>The optimizer a spec asks for.</summary>
    public static Optimizer Of(OptimizerSpec spec, Tensor weights, Tensor gradient) => spec.Kind switch
    {
        OptimizerKind.Rmsprop => new RmsProp(spec, weights, gradient),
        OptimizerKind.Sgd => new Sgd(spec, weights, gradient),
        OptimizerKind.Adam or OptimizerKind.Adamw => new Adam(spec, weights, gradient),
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Kind, null),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in _slots.Values) slot.Dispose();
    }
}
