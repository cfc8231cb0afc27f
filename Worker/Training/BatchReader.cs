using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Convoy.Augmentation.Streaming;

namespace Convoy.Worker.Training;

/// <summary>Reads one share ahead on a thread of its own, into a room that is given for the one whose share has been used.</summary>
internal sealed class BatchReader : IDisposable
{
    sealed record Outcome(BatchPlace Place, BatchShare Share, ExceptionDispatchInfo? Error);

    readonly BlockingCollection<BatchPlace> _begun = [];
    readonly BlockingCollection<Outcome> _done = [];
    BatchRoom _spare;
    Thread? _thread;
    bool _reading;

    public BatchReader(BatchRoom spare) => _spare = spare;

    /// <summary>Begins to read a share.</summary>
    public void Begin(BatchPlace place)
    {
        if (_thread is null)
        {
            _thread = new Thread(Read) { Name = "batch reader", IsBackground = true };
            _thread.Start();
        }
        _reading = true;
        _begun.Add(place);
    }

    /// <summary>Waits for a share, whether or not it was begun, and puts its room in the place of the one that has been used. What was begun in vain is forgotten.</summary>
    public BatchShare Take(BatchPlace wanted, ref BatchRoom used)
    {
        if (_reading && End() is var begun && begun.Place == wanted) return Swap(begun, ref used);
        Begin(wanted);
        return Swap(End(), ref used);
    }

    Outcome End()
    {
        _reading = false;
        return _done.Take();
    }

    BatchShare Swap(Outcome outcome, ref BatchRoom used)
    {
        outcome.Error?.Throw();
        (_spare, used) = (used, _spare);
        return outcome.Share;
    }

    void Read()
    {
        foreach (var place in _begun.GetConsumingEnumerable())
        {
            try
            {
                _done.Add(new Outcome(place, _spare.Fill(place), null));
            }
            catch (Exception error)
            {
                _done.Add(new Outcome(place, default, ExceptionDispatchInfo.Capture(error)));
            }
        }
    }

    /// <summary>Waits for a share that is being read: whoever disposes of it has that read given up.</summary>
    public void Dispose()
    {
        _begun.CompleteAdding();
        _thread?.Join();
        _spare.Dispose();
        _begun.Dispose();
        _done.Dispose();
    }
}
