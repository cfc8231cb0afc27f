using Convoy.Shared.Data;
using Convoy.Shared.Models;

namespace Convoy.Augmentation.Streaming;

/// <summary>The sizes of a rank's shares of every batch, as arithmetic.</summary>
/// <param name="Samples">Of the split, at least 1.</param>
/// <param name="BatchSize">Samples in a batch of the whole world; the last of an epoch may be short.</param>
/// <param name="Rank">Whose shares.</param>
/// <param name="World">Number of ranks.</param>
/// <param name="PictureBytes">Bytes of one picture: height x width x channel.</param>
public sealed record BatchLayout(int Samples, int BatchSize, int Rank, int World, int PictureBytes)
{
    /// <summary>A rank's part of a split of pictures.</summary>
    public static BatchLayout Of(int samples, Shape picture, int batchSize, int rank, int world) => new(samples, batchSize, rank, world, checked((int)picture.Count));

    /// <summary>Steps in an epoch.</summary>
    public int StepsPerEpoch => (Samples - 1) / BatchSize + 1;

    /// <summary>Most samples a share can hold.</summary>
    public int MaxShare => (Math.Min(BatchSize, Samples) + World - 1) / World;

    /// <summary>The share of a step (from 0).</summary>
    public BatchShare ShareOf(int step)
    {
        var batch = Math.Min(BatchSize, Samples - step * BatchSize);
        return new BatchShare(SampleOrder.Share(batch, Rank, World).GetOffsetAndLength(batch).Length, batch);
    }
}

/// <summary>How much of a batch a rank is given.</summary>
/// <param name="Count">Samples in this rank's share; may be 0 where a short batch has fewer samples than ranks.</param>
/// <param name="BatchCount">Samples in the whole batch, over all ranks.</param>
public readonly record struct BatchShare(int Count, int BatchCount);
