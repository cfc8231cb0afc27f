using System.Diagnostics;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;
using Convoy.Shared.Transport;

namespace Convoy.Augmentation.Streaming;

/// <summary>Batches that augmenters make: asked for one at a time over a connection. A connection that breaks is replaced, to the same
/// augmenter or to another, and the batch is asked for again; since it is a function of its place, nothing is skipped or repeated.</summary>
/// <param name="streams">The job's streams.</param>
/// <param name="lane">Which of them to ask while it is there.</param>
/// <param name="split">Of the data.</param>
/// <param name="layout">The rank's shares.</param>
/// <param name="identity">What this node proves to augmenters; null speaks plainly.</param>
/// <param name="cancel">Has a reader that waits give up.</param>
internal sealed class RemoteBatches(StreamSet streams, int lane, Split split, BatchLayout layout, NodeIdentity? identity, CancellationToken cancel) : IBatchSource
{
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // over all augmenters that are tried

    readonly string? _trace = Tracing.Here;
    readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    StreamOpened? _stream;
    volatile FrameConnection? _connection;

    /// <inheritdoc/>
    public BatchLayout Layout => layout;

    /// <inheritdoc/>
    /// <exception cref="StreamLostException">No augmenter is left, or none gives the batch.</exception>
    /// <exception cref="DataException">The data cannot be used.</exception>
    public BatchShare Read(int epoch, int step, Span<byte> pictures, Span<SoftLabel> labels)
    {
        var (share, started) = (layout.ShareOf(step), Stopwatch.GetTimestamp());
        while (TryRead(epoch, step, pictures[..(share.Count * layout.PictureBytes)], labels[..share.Count]) is { } problem)
            if (Stopwatch.GetElapsedTime(started) > Patience) throw new StreamLostException($"no augmenter gives a batch: {problem}");
        return share;
    }

    // What went wrong; null for nothing.
    string? TryRead(int epoch, int step, Span<byte> pictures, Span<SoftLabel> labels)
    {
        _end.Token.ThrowIfCancellationRequested();
        _stream ??= streams.Find(lane, _end.Token);
        try
        {
            if (_connection is null) Connect(_stream);
            if (_end.IsCancellationRequested) return "nobody reads any more";
            BatchWire.Ask(_connection!, epoch, step);
            BatchWire.Receive(_connection!, labels.Length, pictures, labels);
            return null;
        }
        catch (BatchRefusedException error)
        {
            throw new DataException($"{error.Message} (augmenter {new HostPort(_stream.Host, _stream.Port)})", error);
        }
        catch (Exception error) when (error is IOException or FrameException or ObjectDisposedException)
        {
            streams.Forget(_stream);
            _connection?.Dispose();
            (_connection, _stream) = (null, null);
            return error.Message;
        }
    }

    void Connect(StreamOpened stream)
    {
        var hello = BatchWire.HelloOf(stream.StreamId, stream.Secret);
        _connection = DataPlane.Connect(stream.Host, stream.Port, hello, deadline: TimeSpan.Zero, Silence, identity, _end.Token);
        BatchWire.Start(_connection, split, layout.Rank, layout.World, _trace);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _connection?.Dispose();
    }
}
