using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Convoy.Shared.Telemetry;

namespace Convoy.Augmentation.Streaming;

/// <summary>Batches that are there before they are wanted: threads, each with a source of its own, make or fetch the next ones into a
/// bounded number of buffers while the reader is busy. The reader takes them in order; from where it first reads, one step after another.</summary>
public sealed class ReadAhead : IBatchSource
{
    readonly IReadOnlyList<Lane> _lanes;
    readonly Slot[] _slots;
    readonly Queue<Slot> _ahead = new();
    readonly bool _endless;
    readonly CancellationTokenSource _end;
    (int Epoch, int Step) _next;

    /// <summary>Reads ahead over several sources of the same shares.</summary>
    /// <param name="sources">One for each thread; disposed of here.</param>
    /// <param name="depth">Buffers, one share each, for every source.</param>
    /// <param name="repeats">Whether every epoch is the first one again, as where a split is evaluated.</param>
    /// <param name="cancel">Has a reader that waits give up.</param>
    public ReadAhead(IReadOnlyList<IBatchSource> sources, int depth, bool repeats, CancellationToken cancel)
    {
        (Layout, _endless) = (sources[0].Layout, !repeats);
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _lanes = [.. sources.Select(source => new Lane(source, _end.Token))];
        _slots = [.. Enumerable.Range(0, sources.Count * depth).Select(number => new Slot(_lanes[number % _lanes.Count], Layout))];
    }

    /// <inheritdoc/>
    public BatchLayout Layout { get; }

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public BatchShare Read(int epoch, int step, Span<byte> pictures, Span<SoftLabel> labels)
    {
        if (_ahead.Count == 0 || _ahead.Peek().Position != (epoch, step)) StartAt(epoch, step);
        var slot = Take();
        slot.Error?.Throw();
        slot.Pictures.AsSpan(0, slot.Share.Count * Layout.PictureBytes).CopyTo(pictures);
        slot.Labels.AsSpan(0, slot.Share.Count).CopyTo(labels);
        var share = slot.Share;
        Request(slot);
        return share;
    }

    // A wait that is given up leaves its slot among those that are counted at the end.
    Slot Take()
    {
        var started = Stopwatch.GetTimestamp();
        _ahead.Peek().Done.Wait(_end.Token);
        Instruments.BatchWait.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        Instruments.BatchesReady.Add(-1);
        return _ahead.Dequeue();
    }

    // What is under way for other steps is waited for and thrown away.
    void StartAt(int epoch, int step)
    {
        while (_ahead.Count > 0) Take();
        _next = (epoch, step);
        foreach (var slot in _slots) Request(slot);
    }

    void Request(Slot slot)
    {
        slot.Done.Reset();
        slot.Position = _next;
        _ahead.Enqueue(slot);
        slot.Lane.Add(slot);
        _next = _next.Step + 1 < Layout.StepsPerEpoch ? (_next.Epoch, _next.Step + 1) : (_endless ? _next.Epoch + 1 : 1, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        foreach (var lane in _lanes) lane.Dispose();
        Instruments.BatchesReady.Add(-_ahead.Count(slot => slot.Done.IsSet));
        _end.Dispose();
    }

    /// <summary>Room for one share.</summary>
    sealed class Slot(Lane lane, BatchLayout layout)
    {
        public Lane Lane => lane;
        public byte[] Pictures { get; } = GC.AllocateUninitializedArray<byte>(layout.MaxShare * layout.PictureBytes);
        public SoftLabel[] Labels { get; } = new SoftLabel[layout.MaxShare];
        public ManualResetEventSlim Done { get; } = new();
        public (int Epoch, int Step) Position { get; set; }
        public BatchShare Share { get; set; }
        public ExceptionDispatchInfo? Error { get; set; }
    }

    /// <summary>A source and the thread that reads it, started when first used.</summary>
    sealed class Lane : IDisposable
    {
        readonly BlockingCollection<Slot> _wanted = [];
        readonly IBatchSource _source;
        readonly CancellationToken _end;
        readonly Thread _thread;

        public Lane(IBatchSource source, CancellationToken end)
        {
            (_source, _end) = (source, end);
            _thread = new Thread(Run) { IsBackground = true, Name = "batches" };
        }

        public void Add(Slot slot)
        {
            if (_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted)) _thread.Start();
            _wanted.Add(slot, CancellationToken.None);
        }

        void Run()
        {
            try
            {
                while (true) Fill(_wanted.Take(_end));
            }
            catch (OperationCanceledException)
            {
                // Nobody reads any more.
            }
        }

        void Fill(Slot slot)
        {
            try
            {
                slot.Share = _source.Read(slot.Position.Epoch, slot.Position.Step, slot.Pictures, slot.Labels);
                slot.Error = null;
            }
            catch (Exception error)
            {
                slot.Error = ExceptionDispatchInfo.Capture(error);
            }
            Instruments.BatchesReady.Add(1);
            slot.Done.Set();
        }

        public void Dispose()
        {
            _source.Dispose();
            if (!_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted)) _thread.Join();
            _wanted.Dispose();
        }
    }
}
