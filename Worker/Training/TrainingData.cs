using Convoy.Augmentation.Streaming;
using Convoy.Shared.Data;
using Convoy.Worker.Gradients;

namespace Convoy.Worker.Training;

/// <summary>What a replica trains on and is evaluated on: its shares of a feed, and the tensors they go to.</summary>
internal sealed class TrainingData : IDisposable
{
    readonly CancellationTokenSource _end;
    readonly IBatchSource?[] _splits;

    /// <summary>Opens a feed's splits.</summary>
    /// <param name="feed">Where the shares come from.</param>
    /// <param name="world">Whose shares.</param>
    /// <param name="input">Where they go; disposed of here.</param>
    /// <param name="cancel">Has a reader that waits give up.</param>
    public TrainingData(IDataFeed feed, ICollective world, BatchInput input, CancellationToken cancel)
    {
        (Input, _end) = (input, CancellationTokenSource.CreateLinkedTokenSource(cancel));
        _splits = [.. Enum.GetValues<Split>().Select(split => feed.Card.CountOf(split) == 0 ? null : feed.Open(split, world.Rank, world.Size, _end.Token))];
    }

    /// <summary>Where batches become tensors.</summary>
    public BatchInput Input { get; }

    /// <summary>A split; null where it is empty. Training samples there are always.</summary>
    public IBatchSource? this[Split split] => _splits[(int)split];

    /// <summary>Has the replica run batches of every size once.</summary>
    public void Prime(Replica replica)
    {
        foreach (var split in Enum.GetValues<Split>())
            if (this[split] is { } source) replica.Prime(source.Layout, Input, training: split == Split.Train);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel(); // a share may be under way that nobody will want
        Input.Dispose();
        foreach (var source in _splits) source?.Dispose();
        _end.Dispose();
    }
}
