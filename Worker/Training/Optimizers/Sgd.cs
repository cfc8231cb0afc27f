using Convoy.Shared.Specs;
using static TorchSharp.torch;

namespace Convoy.Worker.Training.Optimizers;

/// <summary>Stochastic gradient descent; with momentum the velocity holds the learning rate, as in Keras (and not in PyTorch).</summary>
public sealed class Sgd : Optimizer
{
    readonly OptimizerSpec _spec;
    readonly Tensor? _velocity;

    internal Sgd(OptimizerSpec spec, Tensor weights, Tensor gradient) : base(weights, gradient) =>
        (_spec, _velocity) = (spec, spec.Momentum > 0 ? Slot("velocity") : null);

    /// <inheritdoc/>
    public override void Step(double lr, long step)
    {
        if (_velocity is null)
        {
            Weights.add_(Gradient, -lr);
            return;
        }
        _velocity.mul_(_spec.Momentum).add_(Gradient, -lr);
        if (_spec.Nesterov) Weights.add_(_velocity, _spec.Momentum).add_(Gradient, -lr);
        else Weights.add_(_velocity);
    }
}
