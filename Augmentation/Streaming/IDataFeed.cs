using Convoy.Shared.Data;
using Convoy.Shared.Specs;
using Convoy.Shared.Transport;

namespace Convoy.Augmentation.Streaming;

/// <summary>A job's data as its replicas see it, wherever the batches are made.</summary>
public interface IDataFeed
{
    /// <summary>What there is to know of it.</summary>
    DatasetCard Card { get; }

    /// <summary>The data set itself; null where other nodes make the batches.</summary>
    DataContents? Contents { get; }

    /// <summary>Augmenters that see other data than most and are not asked, one line each.</summary>
    IReadOnlyList<string> LeftOut { get; }

    /// <summary>The shares of a rank, read ahead.</summary>
    /// <param name="split">Not an empty one.</param>
    /// <param name="rank">Whose.</param>
    /// <param name="world">Number of ranks.</param>
    /// <param name="cancel">Has a reader that waits give up.</param>
    IBatchSource Open(Split split, int rank, int world, CancellationToken cancel);
}

/// <summary>Batches made in this process: they pass by reference as far as the replica's own memory.</summary>
/// <param name="data">Held open.</param>
/// <param name="spec">How to make batches of it.</param>
public sealed class LocalFeed(Dataset data, TrainingSpec spec) : IDataFeed
{
    const int Depth = 3;
    static readonly int Threads = Math.Clamp(Environment.ProcessorCount / 4, 1, 4);

    /// <inheritdoc/>
    public DatasetCard Card { get; } = DatasetCard.Of(data, spec);

    /// <inheritdoc/>
    public DataContents Contents => data.Contents;

    /// <inheritdoc/>
    public IReadOnlyList<string> LeftOut => [];

    /// <inheritdoc/>
    public IBatchSource Open(Split split, int rank, int world, CancellationToken cancel) =>
        new ReadAhead([.. Enumerable.Range(0, Threads).Select(_ => DatasetBatches.Of(data, spec, split, rank, world))], Depth, repeats: split != Split.Train, cancel);
}

/// <summary>Batches made by the cluster's augmenters; this process needs no data.</summary>
internal sealed class StreamedFeed(StreamSet streams, TrainingSpec spec, NodeIdentity? identity) : IDataFeed
{
    /// <summary>Connections of a rank, for every split: batches of one rank are made side by side, on several augmenters.</summary>
    public const int Lanes = 4;
    const int Depth = 2;

    /// <inheritdoc/>
    public DatasetCard Card => streams.Card;

    /// <inheritdoc/>
    public DataContents? Contents => null;

    /// <inheritdoc/>
    public IReadOnlyList<string> LeftOut => streams.LeftOut;

    /// <inheritdoc/>
    public IBatchSource Open(Split split, int rank, int world, CancellationToken cancel)
    {
        var layout = BatchLayout.Of(Card.CountOf(split), Card.Shape, spec.BatchSize, rank, world);
        return new ReadAhead([.. Enumerable.Range(0, Lanes).Select(lane => new RemoteBatches(streams, rank * Lanes + lane, split, layout, identity, cancel))], Depth, repeats: split != Split.Train, cancel);
    }
}
