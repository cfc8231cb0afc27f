using Convoy.Shared.Specs;
using static TorchSharp.torch;

namespace Convoy.Worker.Training.Optimizers;

/// <summary>RMSprop as Keras 2 computes it: the mean square without centring, epsilon outside the root.</summary>
public sealed class RmsProp : Optimizer
{
    readonly OptimizerSpec _spec;
    readonly Tensor _meanSquare;

    internal RmsProp(OptimizerSpec spec, Tensor weights, Tensor gradient) : base(weights, gradient) =>
        (_spec, _meanSquare) = (spec, Slot("mean_square"));

    /// <inheritdoc/>
    public override void Step(double lr, long step)
    {
        _meanSquare.mul_(_spec.Rho).addcmul_(Gradient, Gradient, 1 - _spec.Rho);
        Weights.addcdiv_(Gradient, _meanSquare.sqrt().add_(_spec.Epsilon), -lr);
    }
}
