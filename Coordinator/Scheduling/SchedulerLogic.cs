using Convoy.Shared.Protocol;
using Convoy.Shared.Transport;

namespace Convoy.Coordinator.Scheduling;

/// <summary>Who gets slots now, who gives some up, and what the others wait for.</summary>
/// <param name="State">With the grants held.</param>
/// <param name="Granted">In the order they were decided.</param>
/// <param name="Waiting">In the order of the queue.</param>
/// <param name="Added">What jobs that run get on top.</param>
/// <param name="GivenUp">What jobs that run are asked to keep at most, where that is not what they were asked before.</param>
public sealed record Assignment(SchedulerState State, IReadOnlyList<SlotsGranted> Granted, IReadOnlyList<SlotsPending> Waiting, IReadOnlyList<SlotsAdded> Added, IReadOnlyList<GiveUpSlots> GivenUp);

/// <summary>A job's minimum or nothing, never more than its maximum; by priority, then to whoever holds least, then by arrival. Whose jobs belong
/// together, as the trials of a sweep do, holds what all of them hold. Of equals, a job whose replicas may still be in workers' memory comes first.
/// A job that would fit once others are done holds back those behind it, and the jobs that would grow, so that it is never starved; one that the cluster
/// is too small for holds back nobody. For those that wait, others give slots up: see <see cref="Reclaim"/>. A job below its maximum grows when nobody
/// waits, or before one whose owner holds more than it does.</summary>
public static class SchedulerLogic
{
    /// <summary>Grants what can be granted. A pure function of the snapshot.</summary>
    /// <param name="state">The snapshot.</param>
    /// <param name="mayGrow">Whether jobs that run are offered what nobody waits for.</param>
    /// <param name="floor">Least priority that is granted anything.</param>
    public static Assignment Assign(SchedulerState state, bool mayGrow = true, int floor = int.MinValue)
    {
        // Places are counted first and chosen afterwards, so that each job's lie together.
        var (tally, line) = (new Tally(state), new WaitingLine(state));
        var granted = new List<RequestSlots>();
        var next = line.Next(tally);
        for (; next is not null && next.Priority >= floor; next = line.Next(tally))
        {
            var (owner, priority) = (SchedulerState.OwnerOf(next), next.Priority);
            Share(tally, job => job.Priority >= priority && tally.HeldBy(job.Owner) < tally.HeldBy(owner));
            if (tally.Free < next.Min) break;
            if (tally.FreeWithout(state.Avoided(next)) < next.Min) continue; // what is free is of workers that it does without: others may have that
            tally.Grant(next);
            granted.Add(next);
        }
        if (next is null) Share(tally, job => mayGrow || !state.Held.ContainsKey(job.JobId));
        var (after, grants, added) = Choose(state, tally, granted);
        var free = tally.Free;
        var kept = next is null || next.Priority < floor ? Reclaim.Nothing : Reclaim.Plan(tally, line, next);
        return new Assignment(after.WithAsked(kept), grants, [.. after.Queue.Select(request => Pending(state, request, Why(state, free, request, next, kept.Count > 0)))], added, Asked(after, kept));
    }

    // Place by place, each to whoever holds least.
    static void Share(Tally tally, Func<CountedJob, bool> takesMore)
    {
        while (tally.Free > 0)
        {
            var hungriest = tally.Jobs
                .Where(job => job.Count < job.Max && takesMore(job) && tally.FreeWithout(job.Without) > 0)
                .OrderByDescending(job => job.Priority)
                .ThenBy(job => tally.HeldBy(job.Owner))
                .FirstOrDefault();
            if (hungriest is null) break;
            tally.Move(hungriest, 1);
        }
    }

    static (SchedulerState, IReadOnlyList<SlotsGranted>, IReadOnlyList<SlotsAdded>) Choose(SchedulerState state, Tally tally, IReadOnlyList<RequestSlots> requests)
    {
        var (granted, added) = (new List<SlotsGranted>(), new List<SlotsAdded>());
        var grown = state.Held.OrderByDescending(held => state.Avoided(held.Value).Count).Select(held => held.Key).ToList();
        // Who does without some workers chooses first.
        foreach (var request in requests.OrderByDescending(request => state.Avoided(request).Count))
        {
            List<Slot> slots = [.. FreeSlots(state, state.Avoided(request), request.Preferred ?? []).Take(tally.CountOf(request.JobId))];
            if (slots.Count < request.Min) continue;
            granted.Add(new SlotsGranted(request.JobId, slots));
            state = state.With(granted[^1]);
        }
        foreach (var job in grown)
        {
            var more = tally.CountOf(job) - state.Held[job].Workers.Count;
            List<Slot> slots = [.. FreeSlots(state, state.Avoided(state.Held[job])).Take(Math.Max(0, more))];
            if (slots.Count == 0) continue;
            added.Add(new SlotsAdded(job, slots, state.Held[job].Offer + 1));
            state = state.With(added[^1]);
        }
        return (state, granted, added);
    }

    // Workers by id, each filled before the next: neighbouring ranks share a machine.
    static IEnumerable<Slot> FreeSlots(SchedulerState state, IReadOnlyList<string> without, params IReadOnlyList<string> preferred) => state.Workers.Values
        .Where(worker => !without.Contains(worker.WorkerId))
        .OrderByDescending(worker => preferred.Contains(worker.WorkerId))
        .SelectMany(worker => Enumerable.Repeat(SchedulerState.SlotOf(worker), state.FreeOn(worker)));

    // Whom nobody needs to give up anything any more may keep all it could use.
    static IReadOnlyList<GiveUpSlots> Asked(SchedulerState state, IReadOnlyDictionary<string, int> kept) =>
        [.. state.Held
            .Select(held => (Job: held.Key, held.Value, Keep: kept.TryGetValue(held.Key, out var keep) ? keep : (int?)null))
            .Where(each => each.Keep != each.Value.Asked)
            .Select(each => new GiveUpSlots(each.Job, each.Keep ?? each.Value.Max))];

    static string Strangers(SchedulerState state) => $"{Some([.. state.Strangers.Keys])} {(state.Strangers.Count == 1 ? "is" : "are")}";

    static string Some(IReadOnlyList<string> workers) => workers.Count == 1 ? $"worker {workers[0]}" : $"{workers.Count} workers ({string.Join(", ", workers.Take(3))}{(workers.Count > 3 ? ", ..." : "")})";

    static SlotsPending Pending(SchedulerState state, RequestSlots request, string why)
    {
        var (without, leftOut, ignorant) = (state.Avoided(request), request.Without ?? [], state.Ignorant(request.Uses));
        if (without.Count == 0 || state.Workers.Count == 0) return new SlotsPending(request.JobId, why);
        return new SlotsPending(
            request.JobId,
            $"needs {request.Min} slot{(request.Min == 1 ? "" : "s")}, {state.FreeWithout(without)} free of {state.CapacityWithout(without)} on the workers that it can use{Ignorance(request, ignorant)}",
            OnlyLeftOut: state.CapacityWithout(leftOut) < request.Min && state.Capacity >= request.Min);
    }

    static string Ignorance(RequestSlots request, IReadOnlyList<string> ignorant) => ignorant.Count == 0
        ? ""
        : $"; waits for workers that know {string.Join(", ", request.Uses!)}: {Some(ignorant)} {(ignorant.Count == 1 ? "does" : "do")} not, upgrade {(ignorant.Count == 1 ? "it" : "them")} to this coordinator's release";

    static string Why(SchedulerState state, int free, RequestSlots request, RequestSlots? first, bool reclaims) => state switch
    {
        { Workers.Count: 0, Strangers.Count: 0 } => "no worker has joined yet",
        _ when state.Strangers.Count > 0 && request.Min > free => $"needs {request.Min} slot{(request.Min == 1 ? "" : "s")}, {free} free of {state.Capacity}; waits for workers that speak version {WorldWire.Version}: {Strangers(state)} of another, upgrade {(state.Strangers.Count == 1 ? "it" : "them")} to this coordinator's release",
        _ when request == first && reclaims => "other jobs are giving up slots for it",
        _ when request == first && free >= request.Min => "gives those of a higher priority a moment to come back",
        _ when first is not null && free >= request.Min => $"waits behind job {first.JobId}",
        _ => $"needs {request.Min} slot{(request.Min == 1 ? "" : "s")}, {free} free of {state.Capacity}",
    };
}
