using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using static TorchSharp.torch;

namespace Convoy.Worker.Training;

/// <summary>A loss with its accuracy, both summed over samples.</summary>
public sealed class LossFunction
{
    readonly Loss _loss;

    /// <summary>The loss for a model that ends in <paramref name="last"/>.</summary>
    public LossFunction(Loss loss, Activation last)
    {
        _loss = loss;
        WantsLogits = (loss, last) is (Loss.CategoricalCrossentropy, Activation.Softmax) or (Loss.BinaryCrossentropy, Activation.Sigmoid);
    }

    /// <summary>Whether it takes the output before the last activation: the same number, computed stably.</summary>
    public bool WantsLogits { get; }

    /// <summary>Loss and number of right answers, summed over the batch.</summary>
    /// <param name="output">(n, units), float32: logits where <see cref="WantsLogits"/>.</param>
    /// <param name="targets">What it should be.</param>
    public (Tensor Loss, Tensor Correct) Sum(Tensor output, Targets targets) => _loss switch
    {
        Loss.CategoricalCrossentropy => (Crossentropy(output, targets), CorrectClass(output, targets)),
        Loss.BinaryCrossentropy => (WantsLogits
            ? nn.functional.binary_cross_entropy_with_logits(output, targets.For(output), reduction: nn.Reduction.Sum)
            : nn.functional.binary_cross_entropy(output, targets.For(output), reduction: nn.Reduction.Sum), CorrectSide(output, targets)),
        _ => ((output - targets.For(output)).square().mean([1L]).sum(), output.shape[1] == 1 ? CorrectSide(output, targets) : CorrectClass(output, targets)),
    };

    const double Tiny = 1e-7; // Keras' epsilon

    Tensor Crossentropy(Tensor output, Targets targets) => (targets.Mix, WantsLogits) switch
    {
        (null, true) => nn.functional.cross_entropy(output, targets.Classes, reduction: nn.Reduction.Sum),
        (null, false) => nn.functional.nll_loss(Logs(output), targets.Classes, reduction: nn.Reduction.Sum),
        _ => -(targets.For(output) * Logs(output)).sum(),
    };

    Tensor Logs(Tensor output) => WantsLogits ? nn.functional.log_softmax(output, 1) : output.clamp_min(Tiny).log();

    static Tensor CorrectClass(Tensor output, Targets targets) => output.detach().argmax(1).eq(targets.Classes).sum();

    Tensor CorrectSide(Tensor output, Targets targets) => output.detach().squeeze(1).gt(WantsLogits ? 0 : 0.5).eq(targets.Classes.to_type(ScalarType.Bool)).sum();
}
