using static TorchSharp.torch;

namespace Convoy.Worker.Training;

/// <summary>What a batch's outputs should be.</summary>
/// <param name="Classes">(n), int64: the class with the larger share; what accuracy counts.</param>
/// <param name="Mix">The second classes; null where no sample of the batch has one.</param>
public sealed record Targets(Tensor Classes, TargetMix? Mix = null)
{
    /// <summary>The target of every output, float32, (n, units); with one unit the probability of class 1.</summary>
    public Tensor For(Tensor output) => Mix is null
        ? Hard(Classes, output.shape[1])
        : Hard(Classes, output.shape[1]).lerp(Hard(Mix.Classes, output.shape[1]), Mix.Shares.unsqueeze(1));

    static Tensor Hard(Tensor classes, long units) => units == 1
        ? classes.to_type(ScalarType.Float32).unsqueeze(1)
        : nn.functional.one_hot(classes, units).to_type(ScalarType.Float32);
}

/// <summary>Second classes, from mixed pictures.</summary>
/// <param name="Classes">(n), int64.</param>
/// <param name="Shares">(n), float32: the part of the target that is theirs.</param>
public sealed record TargetMix(Tensor Classes, Tensor Shares);
