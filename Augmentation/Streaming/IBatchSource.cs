namespace Convoy.Augmentation.Streaming;

/// <summary>A rank's share of every batch of a run, addressed by epoch and step, so that any step can be asked for again.</summary>
public interface IBatchSource
{
    /// <summary>Steps in an epoch.</summary>
    int StepsPerEpoch { get; }
    /// <summary>Most samples a share can hold.</summary>
    int MaxShare { get; }
    /// <summary>Bytes of one picture: height x width x channel.</summary>
    int PictureBytes { get; }
    /// <summary>Writes the share of a step (from 0) of an epoch (from 1).</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">From 0, within the epoch.</param>
    /// <param name="pictures">Room for MaxShare pictures; one after another, bytes 0-255.</param>
    /// <param name="labels">Room for MaxShare labels.</param>
    BatchShare Read(int epoch, int step, Span<byte> pictures, Span<SoftLabel> labels);
}

/// <summary>How much of a batch a rank was given.</summary>
/// <param name="Count">Samples in this rank's share; may be 0 where a short batch has fewer samples than ranks.</param>
/// <param name="BatchCount">Samples in the whole batch, over all ranks.</param>
public readonly record struct BatchShare(int Count, int BatchCount);
