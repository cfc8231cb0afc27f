namespace Convoy.Shared.Data;

/// <summary>
/// Which sample goes where, as arithmetic: an epoch's order depends on (seed, epoch), a step's batch on the order,
/// a replica's part of the batch on (rank, world). Any process computes the same, and the batches do not depend on the world's size.
/// </summary>
public sealed class SampleOrder
{
    private readonly int samples;
    private readonly int batchSize;
    private readonly int seed;

    /// <summary>The order of <paramref name="samples"/> samples in batches of <paramref name="batchSize"/>, both at least 1.</summary>
    public SampleOrder(int samples, int batchSize, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        this.samples = samples;
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /// <summary>Batches in an epoch; the last one may be short.</summary>
    public int StepsPerEpoch => ((samples - 1) / batchSize) + 1;

    /// <summary>An epoch's order: every sample exactly once.</summary>
    public int[] Permutation(int epoch) => SeededRandom.Of("sample order", seed, epoch).Permutation(samples);

    /// <summary>An epoch's order, shuffled or, to evaluate, as the samples come.</summary>
    public int[] Permutation(int epoch, bool shuffled) => shuffled ? Permutation(epoch) : [.. Enumerable.Range(0, samples)];

    /// <summary>The samples of a step (from 0), whatever the world's size.</summary>
    public ReadOnlyMemory<int> Batch(ReadOnlyMemory<int> permutation, int step)
    {
        if (permutation.Length != samples)
            throw new ArgumentException($"The permutation has {permutation.Length} samples where the order has {samples}.", nameof(permutation));
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, StepsPerEpoch);
        int start = step * batchSize;
        return permutation.Slice(start, Math.Min(batchSize, samples - start));
    }

    /// <summary>
    /// The contiguous part of <paramref name="count"/> items that falls to a rank: [count * rank / world, count * (rank + 1) / world).
    /// The ranks' parts cover every item once and differ by at most one item; with fewer items than ranks some are empty.
    /// </summary>
    public static Range Share(int count, int rank, int world)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(world, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, world);
        return Boundary(rank)..Boundary(rank + 1);

        int Boundary(int part) => (int)((long)count * part / world);
    }
}
