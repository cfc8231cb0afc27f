using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

// From a world that broke, grows or is left, to the next one: with the weights that its ranks have in memory.
public static partial class JobLogic
{
    static Decision Break(JobState state, PeerLost lost)
    {
        if (HasPaused(state)) return NextWorld(state, lost.Error, state.Slots);
        var heard = Heard(state, lost, lost.Rank, lost.Step);
        if (state.Regrouping.Broken is not null) return heard.Then(state, Advance);
        var broken = new Decision([new RegroupingNoted(state.Regrouping with { Broken = lost.Error })], [new RemindMe(new RegroupDue(state.Generation, int.MaxValue), Patience)]);
        return heard.Then(state, _ => broken).Then(state, Advance);
    }

    static Decision Hold(JobState state, ReplicaHeld held) => Heard(state, held, held.Rank, held.Step).Then(state, Advance);

    static Decision Heard(JobState state, IReplicaReport report, int rank, long step) =>
        Decision.Note(new RankReported(rank, report), new StepReached(Math.Max(state.LiveStep, step)));

    static Decision Lose(JobState state, string workerId)
    {
        if (!state.HasWorld) return Decision.None;
        var change = state.Regrouping.Without(workerId);
        var reason = $"worker {workerId} is gone";
        if (state.Slots.All(slot => slot.WorkerId != workerId))
            return change == state.Regrouping ? Decision.None : Decision.Note(new RegroupingNoted(change)).Then(state, Advance);
        if (HasPaused(state)) return NextWorld(state, reason, [.. state.Slots.Where(slot => slot.WorkerId != workerId)], [workerId]);
        var gone = Decision.Note(new RegroupingNoted(change with { Gone = change.Gone.Add(workerId), Broken = change.Broken ?? reason }));
        // Nobody else complained yet: the others are fine, and break off when they hear of the next world.
        return change.Broken is null ? gone.Then(state, known => NextGeneration(known, [.. Ranks(known)])) : gone.Then(state, Advance);
    }

    static Decision StopWaiting(JobState state, RegroupDue due) =>
        state.HasWorld && due.Generation == state.Generation && state.Regrouping.Broken is not null && Unheard(state).Count() <= due.Missing
            ? NextGeneration(state, [.. Ranks(state).Where(rank => IsHeard(state, rank))])
            : Decision.None;

    // Whatever was heard: is it enough for the next step towards the next world?
    static Decision Advance(JobState state)
    {
        var (change, unheard) = (state.Regrouping, Unheard(state).Count());
        return change switch
        {
            { Broken: not null } or { Asked: StopMode.Regroup } when unheard == 0 => NextGeneration(state, [.. Ranks(state)]),
            { Broken: not null } when unheard == 1 => Decision.Do(new RemindMe(new RegroupDue(state.Generation, 1), LastWord)),
            { Broken: not null } or { Asked: not null } => Decision.None,
            _ when state.Phase != JobPhase.Running => Decision.None,
            _ when change.Keep < state.Slots.Count || state.Slots.Any(slot => change.Leaving.Contains(slot.WorkerId)) =>
                AskToStop(state, MayStay(state) < state.Plan.MinWorld ? StopMode.Pause : StopMode.Regroup),
            { NewcomersPrepared: true } => AskToStop(state, StopMode.Regroup),
            _ => Decision.None,
        };
    }

    static Decision AskToStop(JobState state, StopMode mode) => new([new RegroupingNoted(state.Regrouping with { Asked = mode })], [Stop(state, mode)]);

    static Decision NextGeneration(JobState state, IReadOnlyList<int> kept)
    {
        var change = state.Regrouping;
        var staying = Staying(state, kept);
        if (change.Broken is null) return Enough(state, staying) ? FormNext(state, staying) : TooFew(state, staying);
        var reached = Staying(state, [.. kept.Except(OutOfReach(state))]);
        return Decision.Note(new WorldBroken(state.Generation, change.Broken, state.LiveStep, Lost(state, kept))).Then(state, broken => broken.Restarts switch
        {
            > MaxRestarts => Fail(broken, $"gave up after {MaxRestarts} restarts without progress; the last one: {change.Broken}"),
            _ when reached.Count < staying.Count => Enough(broken, reached) ? FormNext(broken, reached) : TooFew(broken, reached),
            // Everybody lives, but together they come nowhere: a link between two of them is cut. With one less it may do.
            > 1 when kept.Count == broken.WorldSize && Enough(broken, Shorter(staying)) => FormNext(broken, Shorter(staying)),
            _ => Enough(broken, staying) ? FormNext(broken, staying) : TooFew(broken, staying),
        });
    }

    // Workers of the world's ranks that are not among those that were heard.
    static IReadOnlyList<string>? Lost(JobState state, IReadOnlyList<int> kept) => Without(state, [.. kept.Select(rank => state.Slots[rank])]);

    static IReadOnlyList<string>? Without(JobState state, IReadOnlyList<Slot> left) =>
        state.Slots.Select(slot => slot.WorkerId).Except(left.Select(slot => slot.WorkerId)).ToList() is { Count: > 0 } lost ? lost : null;

    // Ranks that others could not connect to. Whoever is out of reach himself may well find that the fault is with others; where each is so for another, nothing is known.
    static IReadOnlyList<int> OutOfReach(JobState state)
    {
        var complaints = state.Reports.Values.OfType<PeerLost>().Where(lost => lost.Unreachable is not null).ToList();
        return [.. complaints.Where(lost => complaints.TrueForAll(other => other.Unreachable != lost.Rank)).Select(lost => lost.Unreachable!.Value).Distinct()];
    }

    static string? WhyOutOfReach(JobState state, Slot slot) =>
        state.Reports.Values.OfType<PeerLost>().FirstOrDefault(lost => lost.Unreachable is { } rank && OutOfReach(state).Contains(rank) && state.Slots[rank].WorkerId == slot.WorkerId)?.Error;

    static bool Enough(JobState state, IReadOnlyList<Slot> slots) => slots.Count >= state.Plan.MinWorld;

    static IReadOnlyList<Slot> Shorter(IReadOnlyList<Slot> slots) => [.. slots.SkipLast(1)];

    static Decision FormNext(JobState state, IReadOnlyList<Slot> slots)
    {
        var formed = new WorldFormed(state.Generation + 1, [.. slots.Select(slot => slot.WorkerId)], state.LastCheckpoint?.Name);
        var open = Regrouping.None with
        {
            Newcomers = state.Regrouping.Newcomers.RemoveAll(newcomer => newcomer.Prepared),
            Keep = state.Regrouping.Keep < slots.Count ? state.Regrouping.Keep : null,
        };
        var pausing = state.Phase == JobPhase.Pausing;
        var next = new Decision(
            [formed, new SlotsTaken(slots), new RegroupingNoted(open), .. pausing ? [new PauseRequested(formed.Generation)] : Array.Empty<IJobEvent>()],
            [.. Dismiss(state, slots), new StartReplicas(formed.Generation, slots, formed.Checkpoint), .. EndSurplus(state, slots)]);
        return next.Then(state, now => Decision.Do(pausing ? [Stop(now, StopMode.Pause), Keep(now)] : [Keep(now)]));
    }

    static Decision TooFew(JobState state, IReadOnlyList<Slot> left)
    {
        var reason = $"{state.Regrouping.Broken ?? "workers leave"}: {Needs(state, left.Count)}";
        var dismissed = Dismiss(state, [.. left]);
        return new Decision([], dismissed).Then(state, _ => NextWorld(state, reason, left, Without(state, left)));
    }

    // The world had to save what it had: those that may stay are too few.
    static Decision WaitForMore(JobState state) =>
        new([new JobRequeued(state.Generation), new JobWaiting(state.Regrouping.Keep < state.Plan.MinWorld ? "gave way to others" : Needs(state, MayStay(state)))], [.. StopNewcomers(state), new GiveSlotsBack(), Ask(state.Plan)]);

    static string Needs(JobState state, int left) => $"needs {state.Plan.MinWorld} replica{(state.Plan.MinWorld == 1 ? "" : "s")}, {left} left";

    // Workers of this world that the next one is without: told to stop, and those that were not heard are suspected.
    static IReadOnlyList<IJobEffect> Dismiss(JobState state, IReadOnlyList<Slot> next)
    {
        var change = state.Regrouping;
        var others = OnePerWorker(state.Slots).Where(slot => !change.Gone.Contains(slot.WorkerId) && next.All(kept => kept.WorkerId != slot.WorkerId)).ToList();
        var suspects = others.Where(slot => change.Broken is not null && !change.Leaving.Contains(slot.WorkerId)).Select(slot => new SuspectWorker(slot.WorkerId, WhyOutOfReach(state, slot)));
        return others.Count == 0 ? [] : [new StopReplicas(state.Generation, StopMode.Abort, others), .. suspects];
    }

    // Workers that the next world is with too, but for fewer ranks: those left over end. Told after the others have their place in the next world.
    static IReadOnlyList<IJobEffect> EndSurplus(JobState state, IReadOnlyList<Slot> next)
    {
        var fewer = OnePerWorker(state.Slots).Where(slot => Of(slot, next) > 0 && Of(slot, next) < Of(slot, state.Slots)).ToList();
        return fewer.Count == 0 ? [] : [new StopReplicas(state.Generation, StopMode.Abort, fewer)];

        static int Of(Slot worker, IReadOnlyList<Slot> slots) => slots.Count(slot => slot.WorkerId == worker.WorkerId);
    }

    // How large a world the workers that do not leave could form with what the job is to keep.
    static int MayStay(JobState state) => Math.Min(Staying(state, [.. Ranks(state)]).Count, state.Regrouping.Keep ?? int.MaxValue);

    // What others wait for is given up by a world that is whole; one that broke goes on with all that are left, and gives up later. Fewer than it can do with
    // are never made a world: such a one pauses.
    static int Most(JobState state) => state.Regrouping is { Broken: null, Keep: { } keep } ? Math.Clamp(keep, state.Plan.MinWorld, state.Plan.MaxWorld) : state.Plan.MaxWorld;

    // Old ranks first and in their order: whoever had rank 0 keeps it.
    static IReadOnlyList<Slot> Staying(JobState state, IReadOnlyList<int> kept) =>
        [.. kept.Select(rank => state.Slots[rank])
            .Where(slot => !state.Regrouping.Leaving.Contains(slot.WorkerId))
            .Concat(state.Regrouping.Newcomers.Where(newcomer => newcomer.Prepared).Select(newcomer => newcomer.Slot))
            .Take(Most(state))];

    static IEnumerable<int> Ranks(JobState state) => Enumerable.Range(0, state.Slots.Count).Where(rank => !state.Regrouping.Gone.Contains(state.Slots[rank].WorkerId));

    static IEnumerable<int> Unheard(JobState state) => Ranks(state).Where(rank => !IsHeard(state, rank));

    static bool IsHeard(JobState state, int rank) => state.Reports.GetValueOrDefault(rank) is PeerLost or ReplicaHeld or ReplicaFinished;

    // Its replica has ended: there is nothing in memory to go on with.
    static bool HasPaused(JobState state) => state.Reports.Values.Any(report => report is ReplicaPaused);
}
