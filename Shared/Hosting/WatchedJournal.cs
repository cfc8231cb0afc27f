using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql.Journal;

namespace Convoy.Shared.Hosting;

/// <summary>The SQL journal, which tells <see cref="JournalHealth"/> what it cannot write. What sharding writes, of which entities are to be woken, need not be
/// written before they are: where it fails, or takes long, sharding goes on, and it is written later, in order. A shard ends with all its entities otherwise.</summary>
public sealed class WatchedJournal(Config config) : SqlWriteJournal(config)
{
    // A shard waits for a second.
    static readonly TimeSpan ShardsWait = TimeSpan.FromSeconds(0.5);

    readonly JournalHealth _health = JournalHealth.Of(Context.System);
    readonly Lock _lock = new(); // a replay goes on on another thread
    readonly Dictionary<string, Queue<Write>> _behind = new(StringComparer.Ordinal);
    readonly HashSet<string> _writing = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(JournalWorks));
        base.PreStart();
    }

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        List<AtomicWrite> writes = [.. messages];
        var id = writes[0].PersistenceId;
        if (!IsOfSharding(id)) return ToldAsync(base.WriteMessagesAsync(writes, cancellationToken));
        var write = new Write(writes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock) QueueOf(id).Enqueue(write);
        WriteNext(id);
        return DoneAsync(write);
    }

    /// <inheritdoc/>
    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        var highest = await base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr, cancellationToken);
        return Behind(persistenceId).Select(message => message.SequenceNr).Append(highest).Max();
    }

    /// <inheritdoc/>
    public override async Task ReplayMessagesAsync(IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        var last = fromSequenceNr - 1;
        await base.ReplayMessagesAsync(context, persistenceId, fromSequenceNr, toSequenceNr, max, message =>
        {
            last = message.SequenceNr;
            recoveryCallback(message);
        });
        foreach (var message in Behind(persistenceId).Where(message => message.SequenceNr > last && message.SequenceNr <= toSequenceNr)) recoveryCallback(message);
    }

    /// <inheritdoc/>
    protected override bool ReceivePluginInternal(object message)
    {
        switch (message)
        {
            case Written written: OnWritten(written); return true;
            case Found found: OnFound(found); return true;
            case JournalWorks: OnJournalWorks(); return true;
            default: return base.ReceivePluginInternal(message);
        }
    }

    static bool IsOfSharding(string persistenceId) => persistenceId.StartsWith("/sharding/", StringComparison.Ordinal) || persistenceId.StartsWith("/system/sharding/", StringComparison.Ordinal);

    async Task<IImmutableList<Exception>> ToldAsync(Task<IImmutableList<Exception>> write)
    {
        try
        {
            return await write;
        }
        catch (Exception error)
        {
            _health.WriteFailed(error);
            throw;
        }
    }

    // None is rejected.
    async Task<IImmutableList<Exception>> DoneAsync(Write write)
    {
        if (_health.Trouble is null) await Task.WhenAny(write.Done.Task, Task.Delay(ShardsWait));
        return null!;
    }

    // The next of an entity's, where none is under way; on the actor's thread, as all that calls the base is.
    void WriteNext(string id)
    {
        if (_health.Trouble is not null || _writing.Contains(id)) return;
        Write? next;
        lock (_lock) next = QueueOf(id).FirstOrDefault();
        if (next is null) return;
        _writing.Add(id);
        base.WriteMessagesAsync(next.Messages, CancellationToken.None).PipeTo(Self, success: _ => new Written(id, null), failure: error => new Written(id, error));
    }

    void OnWritten(Written written)
    {
        _writing.Remove(written.Id);
        if (written.Error is { } error) _health.WriteFailed(error);
        lock (_lock)
        {
            if (written.Error is null) QueueOf(written.Id).Dequeue().Done.TrySetResult();
            else foreach (var waiting in QueueOf(written.Id)) waiting.Done.TrySetResult();
        }
        if (written.Error is null) WriteNext(written.Id);
    }

    // What failed may have been written all the same.
    void OnJournalWorks()
    {
        List<string> ids;
        lock (_lock) ids = [.. _behind.Where(known => known.Value.Count > 0 && !_writing.Contains(known.Key)).Select(known => known.Key)];
        foreach (var id in ids)
        {
            _writing.Add(id);
            base.ReadHighestSequenceNrAsync(id, 0, CancellationToken.None).PipeTo(Self, success: highest => new Found(id, highest, null), failure: error => new Found(id, 0, error));
        }
    }

    void OnFound(Found found)
    {
        _writing.Remove(found.Id);
        if (found.Error is not null) _health.ReadFailed();
        lock (_lock)
        {
            while (QueueOf(found.Id).TryPeek(out var first) && first.Messages[^1].HighestSequenceNr <= found.Highest) QueueOf(found.Id).Dequeue();
        }
        WriteNext(found.Id);
    }

    Queue<Write> QueueOf(string id) => _behind.TryGetValue(id, out var known) ? known : _behind[id] = new();

    List<IPersistentRepresentation> Behind(string id)
    {
        lock (_lock) return _behind.TryGetValue(id, out var queue) ? [.. queue.SelectMany(write => write.Messages).SelectMany(write => (IEnumerable<IPersistentRepresentation>)write.Payload)] : [];
    }

    sealed record Write(List<AtomicWrite> Messages, TaskCompletionSource Done);

    sealed record Written(string Id, Exception? Error);

    sealed record Found(string Id, long Highest, Exception? Error);
}
