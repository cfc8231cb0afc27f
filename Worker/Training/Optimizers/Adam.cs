using Convoy.Shared.Specs;
using static TorchSharp.torch;

namespace Convoy.Worker.Training.Optimizers;

/// <summary>Adam as Keras computes it (both corrections in the step size, epsilon outside the root), and AdamW: the same after
/// the weights were shrunk by lr * weight_decay.</summary>
public sealed class Adam : Optimizer
{
    readonly OptimizerSpec _spec;
    readonly Tensor _first;
    readonly Tensor _second;

    internal Adam(OptimizerSpec spec, Tensor weights, Tensor gradient) : base(weights, gradient) =>
        (_spec, _first, _second) = (spec, Slot("first_moment"), Slot("second_moment"));

    /// <inheritdoc/>
    public override void Step(double lr, long step)
    {
        if (_spec.Kind == OptimizerKind.Adamw) Weights.mul_(1 - lr * _spec.WeightDecay);
        _first.mul_(_spec.Beta1).add_(Gradient, 1 - _spec.Beta1);
        _second.mul_(_spec.Beta2).addcmul_(Gradient, Gradient, 1 - _spec.Beta2);
        var corrected = lr * Math.Sqrt(1 - Math.Pow(_spec.Beta2, step)) / (1 - Math.Pow(_spec.Beta1, step));
        Weights.addcdiv_(_first, _second.sqrt().add_(_spec.Epsilon), -corrected);
    }
}
