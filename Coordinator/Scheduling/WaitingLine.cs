using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Scheduling;

/// <summary>The jobs that wait and that the cluster is large enough for, in the order of their turns: by priority, then whoever holds least, then those with
/// replicas in memory, then by arrival. Of an owner no more are looked at than there are slots, so that a sweep of a thousand trials costs what one of a few does.</summary>
sealed class WaitingLine(SchedulerState state)
{
    readonly List<Queue<(RequestSlots Request, int Arrival)>> _owners = [.. state.Queue
        .Select((request, arrival) => (Request: request, Arrival: arrival))
        .Where(each => each.Request.Min <= state.CapacityWithout(state.Avoided(each.Request)))
        .GroupBy(each => SchedulerState.OwnerOf(each.Request))
        .Select(owner => new Queue<(RequestSlots, int)>(owner
            .OrderByDescending(each => each.Request.Priority)
            .ThenByDescending(each => IsHeldInMemory(each.Request))
            .Take(state.Capacity)))];

    /// <summary>Takes the next one out; null where nobody is left.</summary>
    public RequestSlots? Next(Tally tally)
    {
        _owners.RemoveAll(owner => owner.Count == 0);
        return _owners
            .OrderByDescending(owner => owner.Peek().Request.Priority)
            .ThenBy(owner => tally.HeldBy(SchedulerState.OwnerOf(owner.Peek().Request)))
            .ThenByDescending(owner => IsHeldInMemory(owner.Peek().Request))
            .ThenBy(owner => owner.Peek().Arrival)
            .FirstOrDefault()?.Dequeue().Request;
    }

    static bool IsHeldInMemory(RequestSlots request) => request.Preferred is { Count: > 0 };
}
