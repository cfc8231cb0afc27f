using Convoy.Shared.Data;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

// Who sees other data than those who train, or none, is left out: a majority decides before the first step, and what it saw from then on.
public static partial class JobLogic
{
    static Decision Compare(JobState state, ReplicaPrepared told)
    {
        if (!state.HasWorld || SlotOf(state, told.WorkerId) is not { } slot) return Decision.None;
        if (told.Error is { } error) return LeaveOut(state, [Unusable(slot, error)]);
        var augmenters = (told.LeftOut ?? []).Where(line => state.LeftOut.All(known => known.Reason != line)).Select(line => new NodeLeftOut(line.Split(' ')[1], line));
        return Decision.Note([.. augmenters, .. told.Data is { } data ? [new DataHeard(told.WorkerId, data)] : Array.Empty<IJobEvent>()]).Then(state, Compare);
    }

    // Nobody is judged before all of the world have spoken, but by what is on record.
    static Decision Compare(JobState state)
    {
        if (state.Data is { } record) return LeaveOutOthersThan(state, record);
        if (state.Slots.Any(slot => !state.Seen.ContainsKey(slot.WorkerId))) return Decision.None;
        var agreed = DataSeen.Agreed([.. state.Slots.Select(slot => state.Seen[slot.WorkerId].Digest)], record: null);
        var data = state.Slots.Select(slot => state.Seen[slot.WorkerId]).First(seen => seen.Digest == agreed);
        return LeaveOutOthersThan(state, data).After(new DataAgreed(data));
    }

    static Decision LeaveOutOthersThan(JobState state, DataSeen data)
    {
        var others = Present(state).Where(slot => state.Seen.TryGetValue(slot.WorkerId, out var seen) && seen.Digest != data.Digest).ToList();
        var nobody = others.Count > 0 && Present(state).All(slot => !state.Seen.TryGetValue(slot.WorkerId, out var seen) || seen.Digest != data.Digest);
        return others.Count == 0 ? Decision.None : LeaveOut(state, [.. others.Select(slot => Differs(slot, state.Seen[slot.WorkerId], data, nobody))]);
    }

    static NodeLeftOut Differs(Slot slot, DataSeen seen, DataSeen data, bool fromBeginning) =>
        new(slot.WorkerId, $"worker {slot.WorkerId} on host {slot.Host} {(fromBeginning ? seen.DifferenceFromBeginning(data) : seen.DifferenceFromOthers(data))}");

    static NodeLeftOut Unusable(Slot slot, string error) => new(slot.WorkerId, $"worker {slot.WorkerId} on host {slot.Host} cannot take part: {error}");

    // Their ranks end; the others go on from where they stand, or wait for workers that see the same.
    static Decision LeaveOut(JobState state, IReadOnlyList<NodeLeftOut> nodes)
    {
        var ids = nodes.Select(node => node.Node).ToHashSet();
        var change = nodes.Aggregate(state.Regrouping, (known, node) => known.Without(node.Node));
        var inWorld = state.Slots.Any(slot => ids.Contains(slot.WorkerId));
        if (inWorld) change = change with { Gone = change.Gone.Union(ids), Broken = change.Broken ?? nodes[0].Reason };
        var left = new Decision(
            [.. nodes, new RegroupingNoted(change)],
            [.. nodes.Select(node => new StopReplicas(state.Generation, StopMode.Abort, [Present(state).First(slot => slot.WorkerId == node.Node)], node.Reason))]);
        if (!inWorld) return left.Then(state, now => Decision.Do(Keep(now))).Then(state, Advance);
        if (HasPaused(state)) return left.Then(state, now => NextWorld(now, nodes[0].Reason, [.. now.Slots.Where(slot => !ids.Contains(slot.WorkerId))], [.. ids]));
        return left.Then(state, now => NextGeneration(now, [.. Ranks(now)])).Then(state, now => now.Phase == JobPhase.Queued ? Decision.Note(new OthersSought()) : Decision.None);
    }

    static IEnumerable<Slot> Present(JobState state) => OnePerWorker([.. state.Slots, .. state.Regrouping.Newcomers.Select(newcomer => newcomer.Slot)]);

    static Slot? SlotOf(JobState state, string workerId) => Present(state).FirstOrDefault(slot => slot.WorkerId == workerId);

    static string TooFewSeeTheSame(JobState state)
    {
        var changed = state is { Data: { } record, Seen.Count: > 0 } && state.Seen.Values.All(seen => seen.Digest != record.Digest);
        var advice = changed ? $"; put the data back, or go on with it as it is now by 'convoy jobs resume {state.JobId} --accept-changed-data'" : "";
        return $"{string.Join("; ", state.LeftOut.Select(node => node.Reason))} (needs {state.Plan.MinWorld} replica{(state.Plan.MinWorld == 1 ? "" : "s")} that see the same data){advice}";
    }
}
