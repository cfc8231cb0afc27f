using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Scheduling;

/// <summary>Who gets slots now, and what the others wait for.</summary>
/// <param name="State">With the grants held.</param>
/// <param name="Granted">In the order they were decided.</param>
/// <param name="Waiting">In the order of the queue.</param>
/// <param name="Added">What jobs that run get on top.</param>
public sealed record Assignment(SchedulerState State, IReadOnlyList<SlotsGranted> Granted, IReadOnlyList<SlotsPending> Waiting, IReadOnlyList<SlotsAdded> Added);

/// <summary>A job's minimum or nothing, never more than its maximum; by priority, then to whoever holds least, then by arrival. Whose jobs belong
/// together, as the trials of a sweep do, holds what all of them hold. Of equals, a job whose replicas may still be in workers' memory comes first. A job that would fit once others are done holds back those behind it, and the jobs
/// that would grow, so that it is never starved; one that the cluster is too small for holds back nobody.</summary>
public static class SchedulerLogic
{
    /// <summary>Grants what can be granted. A pure function of the snapshot.</summary>
    /// <param name="state">The snapshot.</param>
    /// <param name="mayGrow">Whether jobs that run are offered what nobody waits for.</param>
    public static Assignment Assign(SchedulerState state, bool mayGrow = true)
    {
        // Places are counted first and chosen afterwards, so that each job's lie together.
        var (counted, free) = (state, state.Free);
        var granted = new List<RequestSlots>();
        var waiting = new List<SlotsPending>();
        RequestSlots? first = null;
        for (var left = state.Queue; Next(counted, left) is { } request; left = left.Remove(request))
        {
            if (first is null && free >= request.Min)
            {
                granted.Add(request);
                (counted, free) = (counted.WithPlaces(request), free - request.Min);
                continue;
            }
            waiting.Add(new SlotsPending(request.JobId, Why(state, free, request, first)));
            if (state.Capacity >= request.Min) first ??= request;
        }
        if (first is null) counted = Share(counted, free, job => mayGrow || !state.Held.ContainsKey(job));
        return Choose(state, counted, granted, waiting);
    }

    static RequestSlots? Next(SchedulerState state, IReadOnlyList<RequestSlots> queue) => queue
        .OrderByDescending(request => request.Priority)
        .ThenByDescending(request => request.Preferred is { Count: > 0 })
        .ThenBy(request => state.HeldBy(SchedulerState.OwnerOf(request)))
        .FirstOrDefault();

    // Place by place, each to whoever holds least.
    static SchedulerState Share(SchedulerState counted, int free, Func<string, bool> takesMore)
    {
        for (; free > 0; free--)
        {
            var hungriest = counted.Held
                .Where(held => held.Value.Workers.Count < held.Value.Max && takesMore(held.Key))
                .OrderByDescending(held => held.Value.Priority)
                .ThenBy(held => counted.HeldBy(held.Value.Owner))
                .Select(held => held.Key)
                .FirstOrDefault();
            if (hungriest is null) break;
            counted = counted.WithPlace(hungriest);
        }
        return counted;
    }

    static Assignment Choose(SchedulerState state, SchedulerState counted, IReadOnlyList<RequestSlots> requests, IReadOnlyList<SlotsPending> waiting)
    {
        var granted = new List<SlotsGranted>();
        foreach (var request in requests)
        {
            granted.Add(new SlotsGranted(request.JobId, [.. FreeSlots(state, request.Preferred ?? []).Take(counted.Held[request.JobId].Workers.Count)]));
            state = state.With(granted[^1]);
        }
        var added = new List<SlotsAdded>();
        foreach (var (job, held) in state.Held)
        {
            var more = counted.Held[job].Workers.Count - held.Workers.Count;
            if (more <= 0) continue;
            added.Add(new SlotsAdded(job, [.. FreeSlots(state).Take(more)], held.Offer + 1));
            state = state.With(added[^1]);
        }
        return new Assignment(state, granted, waiting, added);
    }

    // Workers by id, each filled before the next: neighbouring ranks share a machine.
    static IEnumerable<Slot> FreeSlots(SchedulerState state, params IReadOnlyList<string> preferred) => state.Workers.Values
        .OrderByDescending(worker => preferred.Contains(worker.WorkerId))
        .SelectMany(worker => Enumerable.Repeat(SchedulerState.SlotOf(worker), state.FreeOn(worker)));

    static string Why(SchedulerState state, int free, RequestSlots request, RequestSlots? first) => state switch
    {
        { Workers.Count: 0 } => "no worker has joined yet",
        _ when first is not null && free >= request.Min => $"waits behind job {first.JobId}",
        _ => $"needs {request.Min} slot{(request.Min == 1 ? "" : "s")}, {free} free of {state.Capacity}",
    };
}
