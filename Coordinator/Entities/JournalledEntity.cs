using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Persistence;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Entities;

/// <summary>An entity whose state is journalled. While the journal fails it refuses commands with the reason, answers questions from memory and writes nothing.
/// When the journal works again it goes on as after a restart, since it may have missed something.</summary>
public abstract class JournalledEntity : ReceivePersistentActor
{
    const int EventsInSnapshotPerNew = 4;

    // It is begun again and again, and would say so each time.
    static readonly OncePerMinute<string> Unread = new(TimeProvider.System);

    readonly JournalHealth _journal = JournalHealth.Of(Context.System);
    bool _missed, _passivates;
    long _snapshotAt;

    /// <summary>What is wrong with the journal; null for nothing.</summary>
    protected JournalTrouble? Trouble => _journal.Trouble;

    /// <summary>Whether it asked to be put away.</summary>
    protected bool Passivates => _passivates;

    /// <summary>The answer to what cannot be taken for now.</summary>
    protected abstract IWire RefusalForNow(string reason);

    /// <summary>Goes on as after a restart.</summary>
    protected abstract void GoOn();

    /// <summary>What was to be written is lost, and this actor ends.</summary>
    protected virtual void OnWriteLost()
    {
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(JournalWorks));
        base.PreStart();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        base.PostStop();
    }

    /// <summary>Writes events, then does what follows from all of them; where they cannot be written nothing follows, and the sender hears why.</summary>
    /// <returns>False where it is known that they cannot.</returns>
    protected bool Write<TEvent>(IReadOnlyList<TEvent> events, Action then)
    {
        if (Trouble is { } trouble)
        {
            _missed = true;
            Sender.Tell(RefusalForNow(trouble.Text));
            return false;
        }
        var left = events.Count;
        PersistAll(events, _ => { if (--left == 0) then(); });
        return true;
    }

    /// <summary>An event number that a snapshot has.</summary>
    protected void OnSnapshotFound(SnapshotMetadata snapshot) => _snapshotAt = snapshot.SequenceNr;

    /// <summary>Saves a snapshot where one is due: the more events there are the rarer, since it has what they told and grows with them.</summary>
    protected void SnapshotWhenDue(object state, int leastEvents)
    {
        if (LastSequenceNr - _snapshotAt < Math.Max(leastEvents, LastSequenceNr / EventsInSnapshotPerNew)) return;
        SaveSnapshot(state);
        _snapshotAt = LastSequenceNr;
    }

    /// <summary>Takes what the snapshot store answers: of an entity's snapshots only the latest stays.</summary>
    protected void HearOfSnapshots()
    {
        Command<SaveSnapshotSuccess>(saved => DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1)));
        Command<SaveSnapshotFailure>(_ => { });
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(_ => { });
    }

    /// <summary>The journal works again.</summary>
    protected void OnJournalWorks()
    {
        if (!_missed) return;
        _missed = false;
        GoOn();
    }

    /// <summary>Asks to be put away.</summary>
    protected void Passivate()
    {
        _passivates = true;
        Context.Parent.Tell(new Passivate(new StopEntity()));
    }

    /// <summary>The actor stops after this, and begins anew with what the journal has.</summary>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _journal.WriteFailed(cause);
        Sender.Tell(RefusalForNow(Trouble?.Text ?? JournalTrouble.Of(cause, canRead: true).Text));
        OnWriteLost();
    }

    /// <inheritdoc/>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => OnPersistFailure(cause, @event, sequenceNr);

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (message is not null || Trouble is null && Unread.IsNews(PersistenceId)) base.OnRecoveryFailure(reason, message);
        if (message is null) _journal.ReadFailed();
    }
}
