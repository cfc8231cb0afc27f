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
    /// <param name="labels">(n), int64.</param>
    public (Tensor Loss, Tensor Correct) Sum(Tensor output, Tensor labels) => _loss switch
    {
        Loss.CategoricalCrossentropy => (WantsLogits
            ? nn.functional.cross_entropy(output, labels, reduction: nn.Reduction.Sum)
            : nn.functional.nll_loss(output.clamp_min(Tiny).log(), labels, reduction: nn.Reduction.Sum), CorrectClass(output, labels)),
        Loss.BinaryCrossentropy => (WantsLogits
            ? nn.functional.binary_cross_entropy_with_logits(output, Targets(output, labels), reduction: nn.Reduction.Sum)
            : nn.functional.binary_cross_entropy(output, Targets(output, labels), reduction: nn.Reduction.Sum), CorrectSide(output, labels)),
        _ => ((output - Targets(output, labels)).square().mean([1L]).sum(), output.shape[1] == 1 ? CorrectSide(output, labels) : CorrectClass(output, labels)),
    };

    const double Tiny = 1e-7; // Keras' epsilon

    static Tensor Targets(Tensor output, Tensor labels) => output.shape[1] == 1
        ? labels.to_type(ScalarType.Float32).unsqueeze(1)
        : nn.functional.one_hot(labels, output.shape[1]).to_type(ScalarType.Float32);

    static Tensor CorrectClass(Tensor output, Tensor labels) => output.detach().argmax(1).eq(labels).sum();

    Tensor CorrectSide(Tensor output, Tensor labels) => output.detach().squeeze(1).gt(WantsLogits ? 0 : 0.5).eq(labels.to_type(ScalarType.Bool)).sum();
}
