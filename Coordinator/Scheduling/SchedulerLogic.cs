using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Scheduling;

/// <summary>Who gets slots now, and what the others wait for.</summary>
/// <param name="State">With the grants held.</param>
/// <param name="Granted">In the order they were decided.</param>
/// <param name="Waiting">In the order of the queue.</param>
/// <param name="Added">What jobs that run get on top.</param>
public sealed record Assignment(SchedulerState State, IReadOnlyList<SlotsGranted> Granted, IReadOnlyList<SlotsPending> Waiting, IReadOnlyList<SlotsAdded> Added);

/// <summary>A job's minimum or nothing, never more than its maximum; by priority, then by arrival. Of equals, a job whose
/// replicas may still be in workers' memory comes first. A job that would fit once others are done holds back those behind it, and the jobs
/// that would grow, so that it is never starved; one that the cluster is too small for holds back nobody.</summary>
public static class SchedulerLogic
{
    /// <summary>Grants what can be granted. A pure function of the snapshot.</summary>
    public static Assignment Assign(SchedulerState state)
    {
        var granted = new List<SlotsGranted>();
        var waiting = new List<SlotsPending>();
        string? first = null;
        foreach (var request in state.Queue.OrderByDescending(request => request.Priority).ThenByDescending(request => request.Preferred is { Count: > 0 }))
        {
            if (first is null && state.Free >= request.Min)
            {
                var grant = Grant(state, request);
                granted.Add(grant);
                state = state.With(grant);
                continue;
            }
            waiting.Add(new SlotsPending(request.JobId, Why(state, request, first)));
            if (state.Capacity >= request.Min) first ??= request.JobId;
        }
        var (after, added) = first is null ? Grow(state) : (state, []);
        return new Assignment(after, granted, waiting, added);
    }

    static (SchedulerState, IReadOnlyList<SlotsAdded>) Grow(SchedulerState state)
    {
        var added = new List<SlotsAdded>();
        foreach (var (job, held) in state.Held.Where(held => held.Value.Workers.Count < held.Value.Max).OrderByDescending(held => held.Value.Priority))
        {
            if (state.Free == 0) break;
            added.Add(new SlotsAdded(job, [.. FreeSlots(state).Take(held.Max - held.Workers.Count)], held.Offer + 1));
            state = state.With(added[^1]);
        }
        return (state, added);
    }

    static SlotsGranted Grant(SchedulerState state, RequestSlots request) =>
        new(request.JobId, [.. FreeSlots(state, request.Preferred ?? []).Take(request.Max)]);

    // Workers by id, each filled before the next: neighbouring ranks share a machine.
    static IEnumerable<Slot> FreeSlots(SchedulerState state, params IReadOnlyList<string> preferred) => state.Workers.Values
        .OrderByDescending(worker => preferred.Contains(worker.WorkerId))
        .SelectMany(worker => Enumerable.Repeat(SchedulerState.SlotOf(worker), state.FreeOn(worker)));

    static string Why(SchedulerState state, RequestSlots request, string? first) => state switch
    {
        { Workers.Count: 0 } => "no worker has joined yet",
        _ when first is not null && state.Free >= request.Min => $"waits behind job {first}",
        _ => $"needs {request.Min} slot{(request.Min == 1 ? "" : "s")}, {state.Free} free of {state.Capacity}",
    };
}
