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
    /// <summary>With an effect first.</summary>
    public Decision After(IJobEffect effect) => this with { Effects = [effect, .. Effects] };
    /// <summary>With an event first.</summary>
    public Decision After(IJobEvent change) => this with { Events = [change, .. Events] };
}

/// <summary>Answer the sender.</summary>
public sealed record Answer(IWire Message) : IJobEffect;

/// <summary>Ask the scheduler for slots; replaces an earlier request and what it granted.</summary>
public sealed record AskForSlots(int Min, int Max, int Priority) : IJobEffect;

/// <summary>Give the slots or the request back to the scheduler.</summary>
public sealed record GiveSlotsBack : IJobEffect;

/// <summary>Start a replica for every slot, ranks in their order.</summary>
public sealed record StartReplicas(int Generation, IReadOnlyList<Slot> Slots, string? Checkpoint) : IJobEffect;

/// <summary>Stop the world's replicas; every worker is told once.</summary>
public sealed record StopReplicas(int Generation, StopMode Mode, IReadOnlyList<Slot> Workers) : IJobEffect;

/// <summary>Remove checkpoints from the artifact store.</summary>
public sealed record DeleteCheckpoints(IReadOnlyList<string> Names) : IJobEffect;

/// <summary>Pass progress on to the watchers.</summary>
public sealed record ForwardProgress(StepProgress Progress) : IJobEffect;
