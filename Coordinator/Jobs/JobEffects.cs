using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

/// <summary>Something a decision wants done.</summary>
public interface IJobEffect;

/// <summary>What was decided: events first, then effects.</summary>
/// <param name="Events">In order; the journalled ones are persisted before any is applied.</param>
/// <param name="Effects">In order, after the events.</param>
public sealed record Decision(IReadOnlyList<IJobEvent> Events, IReadOnlyList<IJobEffect> Effects)
{
    /// <summary>Nothing changes.</summary>
    public static readonly Decision None = new([], []);
    /// <summary>Only effects.</summary>
    public static Decision Do(params IReadOnlyList<IJobEffect> effects) => new([], effects);
    /// <summary>Only events.</summary>
    public static Decision Note(params IReadOnlyList<IJobEvent> events) => new(events, []);
    /// <summary>Followed by what is decided next, once these events have been applied.</summary>
    public Decision Then(JobState before, Func<JobState, Decision> next)
    {
        var more = next(Events.Aggregate(before, (state, change) => state.Apply(change)));
        return new([.. Events, .. more.Events], [.. Effects, .. more.Effects]);
    }
    /// <summary>With an effect first.</summary>
    public Decision After(IJobEffect effect) => this with { Effects = [effect, .. Effects] };
    /// <summary>With an event first.</summary>
    public Decision After(IJobEvent change) => this with { Events = [change, .. Events] };
}

/// <summary>Answer the sender.</summary>
public sealed record Answer(IWire Message) : IJobEffect;

/// <summary>Ask the scheduler for slots; replaces an earlier request and what it granted.</summary>
/// <param name="Min">Fewest.</param>
/// <param name="Max">Most.</param>
/// <param name="Preferred">Workers that may hold replicas in memory.</param>
/// <param name="Again">Only a reminder.</param>
public sealed record AskForSlots(int Min, int Max, IReadOnlyList<string>? Preferred = null, bool Again = false) : IJobEffect;

/// <summary>Tell the scheduler which slots the job holds, those that wait to join among them.</summary>
public sealed record KeepSlots(IReadOnlyList<string> Workers, int Min, int Max, int Offer) : IJobEffect;

/// <summary>Tell the scheduler that a worker did not answer, or why its peers cannot connect to it.</summary>
public sealed record SuspectWorker(string WorkerId, string? Why = null) : IJobEffect;

/// <summary>Have workers load what a replica needs; every worker is told once.</summary>
public sealed record PrepareReplicas(IReadOnlyList<Slot> Workers) : IJobEffect;

/// <summary>Give this input to the job after a while; one that equals an earlier one takes its place.</summary>
public sealed record RemindMe(object Input, TimeSpan After) : IJobEffect;

/// <summary>Give the slots or the request back to the scheduler.</summary>
public sealed record GiveSlotsBack : IJobEffect;

/// <summary>Start a replica for every slot, ranks in their order.</summary>
public sealed record StartReplicas(int Generation, IReadOnlyList<Slot> Slots, string? Checkpoint) : IJobEffect;

/// <summary>Stop the world's replicas; every worker is told once, and why where there is a reason.</summary>
public sealed record StopReplicas(int Generation, StopMode Mode, IReadOnlyList<Slot> Workers, string? Reason = null) : IJobEffect;

/// <summary>Remove checkpoints from the artifact store.</summary>
public sealed record DeleteCheckpoints(IReadOnlyList<string> Names) : IJobEffect;

/// <summary>Pass progress on to the watchers.</summary>
public sealed record ForwardProgress(IReplicaReport Progress) : IJobEffect;
