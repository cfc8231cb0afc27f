using Akka.Actor;
using Akka.Event;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Entities;

/// <summary>What replicas told a job whose actor ended at a write that failed: tells it to the one that takes its place, in order.</summary>
sealed class LostReports : ReceiveActor
{
    readonly JournalHealth _journal = JournalHealth.Of(Context.System);
    readonly IActorRef _jobs;
    readonly Dictionary<IActorRef, List<IReplicaReport>> _lost = [];

    /// <param name="jobs">The jobs' shard region.</param>
    public LostReports(IActorRef jobs)
    {
        _jobs = jobs;
        Receive<DeadLetter>(OnLost);
        Receive<Terminated>(OnEnded);
    }

    /// <summary>Notes one that a job's actor could not write before it ends.</summary>
    public static void Note(IActorContext job, IReplicaReport report) => job.System.EventStream.Publish(new DeadLetter(report, job.Self, job.Self));

    /// <inheritdoc/>
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));

    void OnLost(DeadLetter letter)
    {
        if (_journal.Trouble is null || letter.Message is not IReplicaReport report || letter.Recipient.Equals(_jobs)) return;
        if (!_lost.TryGetValue(letter.Recipient, out var reports)) _lost[letter.Recipient] = reports = [];
        reports.Add(report);
        Context.Watch(letter.Recipient); // before its shard knows that it has ended, it would send them there again
    }

    void OnEnded(Terminated ended)
    {
        if (!_lost.Remove(ended.ActorRef, out var reports)) return;
        foreach (var report in reports) _jobs.Tell(report, ActorRefs.NoSender);
    }
}
