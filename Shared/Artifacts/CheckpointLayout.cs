namespace Convoy.Shared.Artifacts;

/// <summary>How a checkpoint is named and what its tensors are called: a safetensors file with <c>model.*</c> (weights and
/// statistics), <c>optimizer.*</c> (the optimizer's slots) and, in its metadata, the training state.</summary>
public static class CheckpointLayout
{
    /// <summary>Before the name of every weight and statistic.</summary>
    public const string ModelPrefix = "model.";
    /// <summary>In a model: the training set's mean by channel, where inputs are normalised featurewise.</summary>
    public const string FeatureMean = "normalization.mean";
    /// <summary>In a model: the training set's deviation by channel.</summary>
    public const string FeatureStd = "normalization.std";
    /// <summary>Before the name of every slot of the optimizer.</summary>
    public const string OptimizerPrefix = "optimizer.";
    /// <summary>The checkpoint after this many steps.</summary>
    public static string NameOf(long step) => $"checkpoints/step-{step:D8}.safetensors";
}
