using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

// Who joins and who leaves.
public static partial class JobLogic
{
    static Decision Grow(JobState state, SlotsAdded added)
    {
        if (added.Offer <= state.Offer) return state.HasWorld ? Decision.Do(Keep(state)) : Decision.None;
        if (state.Phase is not (JobPhase.Forming or JobPhase.Running)) return Decline(state, added.Offer);
        var room = state.Plan.MaxWorld - state.Slots.Count - state.Regrouping.Newcomers.Count;
        var taken = added.Slots.Where(slot => state.LeftOut.All(node => node.Node != slot.WorkerId)).Take(Math.Max(0, room)).ToList();
        var change = state.Regrouping with { Newcomers = state.Regrouping.Newcomers.AddRange(taken.Select(slot => new Newcomer(slot, added.Offer, Prepared: false))) };
        return new Decision(
            [new OfferHeard(added.Offer), new RegroupingNoted(change)],
            taken.Count == 0 ? [] : [new PrepareReplicas(OnePerWorker(taken)), new RemindMe(new PrepareDue(added.Offer), PrepareTime)])
            .Then(state, now => Decision.Do(Keep(now)));
    }

    static Decision Decline(JobState state, int offer) => state switch
    {
        { HasWorld: true } => Decision.Note(new OfferHeard(offer)).Then(state, now => Decision.Do(Keep(now))),
        // The request that waits at the scheduler has replaced the offer already.
        { Phase: JobPhase.Queued } => Decision.None,
        _ => Decision.Do(new GiveSlotsBack()),
    };

    static Decision Prepared(JobState state, ReplicaPrepared told) => Compare(state, told).Then(state, now => told.Error is null && now.LeftOut.All(node => node.Node != told.WorkerId) ? Join(now, told.WorkerId) : Decision.None);

    static Decision Join(JobState state, string workerId)
    {
        var newcomers = state.Regrouping.Newcomers.ConvertAll(newcomer => newcomer.Slot.WorkerId == workerId ? newcomer with { Prepared = true } : newcomer);
        return !state.HasWorld || newcomers.SequenceEqual(state.Regrouping.Newcomers)
            ? Decision.None
            : Decision.Note(new RegroupingNoted(state.Regrouping with { Newcomers = newcomers })).Then(state, Advance);
    }

    static Decision DropUnprepared(JobState state, int offer)
    {
        var late = state.Regrouping.Newcomers.FindAll(newcomer => !newcomer.Prepared && newcomer.Offer <= offer);
        if (!state.HasWorld || late.Count == 0) return Decision.None;
        var change = state.Regrouping with { Newcomers = state.Regrouping.Newcomers.RemoveRange(late) };
        return new Decision([new RegroupingNoted(change)], StopNewcomers(state, late))
            .Then(state, now => Decision.Do(Keep(now)))
            .Then(state, Advance);
    }

    static Decision Leave(JobState state, string workerId)
    {
        if (!state.HasWorld) return Decision.Do(new Answer(new StopReplica(state.JobId, state.Generation, StopMode.Abort))); // what it kept in memory goes with it
        var change = state.Regrouping.Without(workerId);
        if (state.Slots.Any(slot => slot.WorkerId == workerId)) change = change with { Leaving = change.Leaving.Add(workerId) };
        return change == state.Regrouping
            ? Decision.None
            : new Decision([new RegroupingNoted(change)], []).Then(state, now => Decision.Do(Keep(now))).Then(state, Advance);
    }

    // A worker that was away has another actor now: what was told to the one before was not heard. Replicas of an older world on one that is not are surplus.
    static Decision Kept(JobState state, ReplicaKept kept) => state switch
    {
        { Phase: JobPhase.Queued, IsEmpty: false } => Decision.None, // it may go on with them
        { HasWorld: true } when Holds(state, kept.WorkerId) is { } slot => !slot.Worker.Equals(kept.Worker) ? Lose(state, kept.WorkerId) : kept.Generation < state.Generation ? Unwanted(kept) : Decision.None,
        _ => Unwanted(kept),
    };

    static Decision Unwanted(ReplicaKept kept) => Decision.Do(new Answer(new StopReplica(kept.JobId, kept.Generation, StopMode.Abort)));

    static Slot? Holds(JobState state, string workerId) =>
        state.Slots.Concat(state.Regrouping.Newcomers.Select(newcomer => newcomer.Slot)).FirstOrDefault(slot => slot.WorkerId == workerId);

    // Who waits to join goes first, and at once; ranks go after their step.
    static Decision GiveUp(JobState state, int keep)
    {
        if (state.Phase is not (JobPhase.Forming or JobPhase.Running)) return Decision.None;
        var change = state.Regrouping;
        var refused = change.Newcomers.Skip(Math.Max(0, keep - state.Slots.Count)).ToList();
        var next = change with { Newcomers = change.Newcomers.RemoveRange(refused), Keep = keep < state.Slots.Count ? keep : null };
        return next == change
            ? Decision.None
            : new Decision([new RegroupingNoted(next)], StopNewcomers(state, refused))
                .Then(state, now => refused.Count > 0 ? Decision.Do(Keep(now)) : Decision.None)
                .Then(state, Advance);
    }

    // A world that stops has no use for more.
    static KeepSlots Keep(JobState state)
    {
        List<string> workers = [.. state.Slots.Select(slot => slot.WorkerId), .. state.Regrouping.Newcomers.Select(newcomer => newcomer.Slot.WorkerId)];
        return new(workers, state.Plan.MinWorld, state.Phase == JobPhase.Pausing ? workers.Count : state.Plan.MaxWorld, state.Offer);
    }

    static IReadOnlyList<IJobEffect> StopNewcomers(JobState state) => StopNewcomers(state, state.Regrouping.Newcomers);

    static IReadOnlyList<IJobEffect> StopNewcomers(JobState state, IReadOnlyList<Newcomer> newcomers)
    {
        var workers = newcomers.Select(newcomer => newcomer.Slot).Where(slot => state.Slots.All(held => held.WorkerId != slot.WorkerId)).ToList();
        return workers.Count == 0 ? [] : [new StopReplicas(state.Generation, StopMode.Abort, OnePerWorker(workers))];
    }

    static StopReplicas StopAll(JobState state) =>
        new(state.Generation, StopMode.Abort, OnePerWorker([.. state.Slots, .. state.Regrouping.Newcomers.Select(newcomer => newcomer.Slot)]));
}
