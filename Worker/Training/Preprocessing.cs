using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using static TorchSharp.torch;

namespace Convoy.Worker.Training;

/// <summary>How a picture's bytes become the numbers that a model takes, in training and in use alike: as a backbone was trained, or rescaled and then standardised, all as Keras does.</summary>
/// <param name="Mode">The beginning.</param>
/// <param name="Rescale">Factor on every byte, where bytes are rescaled.</param>
/// <param name="Normalization">What follows; null for nothing.</param>
/// <param name="Features">The training set's statistics, for featurewise normalisation.</param>
public sealed record Preprocessing(PreprocessingMode Mode, double Rescale, Normalization? Normalization = null, FeatureStatistics? Features = null)
{
    /// <summary>Caffe: ImageNet's mean blue, green and red, in bytes.</summary>
    internal static readonly float[] CaffeMean = [103.939f, 116.779f, 123.68f];

    /// <summary>Torch: ImageNet's mean red, green and blue, from 0 to 1.</summary>
    internal static readonly float[] TorchMean = [0.485f, 0.456f, 0.406f];

    /// <summary>Torch: their deviations.</summary>
    internal static readonly float[] TorchStd = [0.229f, 0.224f, 0.225f];

    /// <summary>A spec's, with the statistics of its training set where it needs them.</summary>
    public static Preprocessing Of(TrainingSpec spec, DatasetCard data) =>
        new(spec.Data.Preprocessing ?? PreprocessingMode.Rescale, spec.Data.Rescale, spec.Augmentation?.Normalization, data.Features);

    /// <summary>Pictures as numbers, float32.</summary>
    /// <param name="bytes">(n, height x width x channel), uint8.</param>
    public Tensor Apply(Tensor bytes) => Standardize(Begin(bytes.to_type(ScalarType.Float32)));

    /// <summary>The same for levels that are no whole numbers, float32; gradients go through.</summary>
    public Tensor ApplyToLevels(Tensor levels) => Standardize(Begin(levels.clone()));

    /// <summary>What a model takes of pictures of a shape: numbers as (n, channels, height, width), channels last in memory.</summary>
    public static Tensor Arrange(Tensor numbers, Shape shape) =>
        shape.IsImage ? numbers.view(numbers.shape[0], shape.Height, shape.Width, shape.Channels).permute(0, 3, 1, 2) : numbers;

    Tensor Standardize(Tensor numbers)
    {
        if (Normalization is { IsSamplewise: true }) numbers = Samplewise(numbers, Normalization.SamplewiseStdNormalization);
        if (Features is not null) Featurewise(numbers, Features, Normalization!.FeaturewiseStdNormalization);
        return numbers;
    }

    Tensor Begin(Tensor numbers) => Mode switch
    {
        PreprocessingMode.Tf => numbers.div_(127.5).sub_(1),
        PreprocessingMode.Caffe => ByPixel(numbers).flip(2).sub_(tensor(CaffeMean, device: numbers.device)).view(numbers.shape),
        PreprocessingMode.Torch => ByPixel(numbers.div_(255)).sub_(tensor(TorchMean, device: numbers.device)).div_(tensor(TorchStd, device: numbers.device)).view(numbers.shape),
        _ => numbers.mul_(Rescale),
    };

    static Tensor ByPixel(Tensor numbers) => numbers.view(numbers.shape[0], -1, CaffeMean.Length);

    static Tensor Samplewise(Tensor numbers, bool standardize)
    {
        numbers.sub_(numbers.mean([1L], keepdim: true));
        return standardize ? numbers / numbers.square().mean([1L], keepdim: true).sqrt().add(Normalization.Epsilon) : numbers;
    }

    static void Featurewise(Tensor numbers, FeatureStatistics features, bool standardize)
    {
        var pixels = numbers.view(numbers.shape[0], -1, features.Mean.Count);
        pixels.sub_(tensor([.. features.Mean], device: numbers.device));
        if (standardize) pixels.div_(tensor([.. features.Std], device: numbers.device).add_(Normalization.Epsilon));
    }
}
