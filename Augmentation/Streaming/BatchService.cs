using System.Diagnostics;
using Convoy.Shared.Data;
using Convoy.Shared.Specs;
using Convoy.Shared.Telemetry;
using Convoy.Shared.Transport;

namespace Convoy.Augmentation.Streaming;

/// <summary>Makes batches of a data set for whoever asks, on a thread for each connection, until disposed of.</summary>
internal sealed class BatchService : IDisposable
{
    static readonly TimeSpan Silence = TimeSpan.FromMinutes(10); // a reader may evaluate, save and wait for others between two requests

    readonly Dataset _data;
    readonly TrainingSpec _spec;
    readonly IDisposable _service;
    readonly Lock _gate = new();
    readonly List<Stream> _connections = [];
    bool _ended;

    /// <summary>Serves whoever knows the secret.</summary>
    /// <param name="plane">Where.</param>
    /// <param name="hello">What they say.</param>
    /// <param name="data">What the batches are made of.</param>
    /// <param name="spec">How.</param>
    public BatchService(DataPlane plane, Hello hello, Dataset data, TrainingSpec spec)
    {
        (_data, _spec) = (data, spec);
        _service = plane.Serve(hello, Serve, Silence);
    }

    /// <summary>Whether anybody is connected.</summary>
    public bool IsBusy
    {
        get { lock (_gate) return _connections.Count > 0; }
    }

    void Serve(Stream stream)
    {
        if (!Enter(stream)) return;
        try
        {
            var connection = new FrameConnection(stream);
            var start = BatchWire.HearStart(connection);
            Answer(connection, Open(start.Split, start.Rank, start.World), start.Trace);
        }
        catch (ObjectDisposedException)
        {
            // Ended meanwhile.
        }
        finally
        {
            lock (_gate) _connections.Remove(stream);
        }
    }

    bool Enter(Stream stream)
    {
        lock (_gate)
        {
            if (!_ended) _connections.Add(stream);
            return !_ended;
        }
    }

    DatasetBatches Open(Split split, int rank, int world) => _data[split].Count > 0
        ? DatasetBatches.Of(_data, _spec, split, rank, world)
        : throw new FrameException($"the split {split} has no samples");

    // Ends with the connection, by an IOException that its thread takes.
    static void Answer(FrameConnection connection, IBatchSource source, string trace)
    {
        var (pictures, labels) = (new byte[source.Layout.MaxShare * source.Layout.PictureBytes], new SoftLabel[source.Layout.MaxShare]);
        while (true)
        {
            var (epoch, step) = BatchWire.Hear(connection, source.Layout);
            try
            {
                var count = Make(source, epoch, step, pictures, labels, trace);
                BatchWire.Answer(connection, pictures.AsSpan(0, count * source.Layout.PictureBytes), labels.AsSpan(0, count));
            }
            catch (DataException error)
            {
                BatchWire.Refuse(connection, error.Message);
            }
        }
    }

    // The first step of an epoch and one in so many has a span, as where the batch is used.
    static int Make(IBatchSource source, int epoch, int step, byte[] pictures, SoftLabel[] labels, string trace)
    {
        using var span = trace.Length > 0 && step % Tracing.StepsPerSpan == 0 ? Tracing.Start(Spans.Batch, ActivityKind.Server, trace) : null;
        var started = Stopwatch.GetTimestamp();
        var count = source.Read(epoch, step, pictures, labels).Count;
        Instruments.BatchMaking.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        span?.SetTag(Attributes.Epoch, epoch).SetTag(Attributes.Step, step).SetTag(Attributes.Samples, count);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _service.Dispose();
        lock (_gate)
        {
            _ended = true;
            _connections.ForEach(connection => connection.Dispose());
        }
    }
}
