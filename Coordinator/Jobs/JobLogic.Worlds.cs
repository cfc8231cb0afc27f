using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

public static partial class JobLogic
{
    static Decision Form(JobState state, IReadOnlyList<Slot> slots)
    {
        if (state.HasWorld) return Decision.None;
        if (state.Phase != JobPhase.Queued) return Decision.Do(new GiveSlotsBack());
        var formed = new WorldFormed(state.Generation + 1, [.. slots.Select(slot => slot.WorkerId)], state.LastCheckpoint?.Name);
        return new([formed, new SlotsTaken(slots)], [new StartReplicas(formed.Generation, slots, formed.Checkpoint)]);
    }

    static Decision Hear(JobState state, IReplicaReport report) => report switch
    {
        StepsCommitted committed => Commit(state, committed),
        _ when report.Generation != state.Generation => Decision.None,
        ReplicaFailed { OfNode: true } failed when state.HasWorld && failed.Rank < state.Slots.Count => LeaveOut(state, [Unusable(state.Slots[failed.Rank], failed.Error)]),
        ReplicaFailed { OfNode: true } => Decision.None, // if the next world has it too, it says so again
        // The first report of a broken world may be a peer's loss; the cause, heard later, still ends the job.
        ReplicaFailed { Fatal: true } failed when state.HasWorld || state.Phase == JobPhase.Queued => Fail(state, failed.Error),
        _ when !state.HasWorld => Decision.None,
        PeerLost lost => Break(state, lost),
        ReplicaHeld held => Hold(state, held),
        StepProgress progress => new([new StepReached(progress.Step)], [new ForwardProgress(progress)]),
        FeatureProgress progress => Decision.Do(new ForwardProgress(progress)),
        ReplicaWarned warned => Decision.Note(new JobWarned(warned.Generation, warned.Text)),
        ReplicaReady ready => Ready(state, ready),
        CheckpointWritten written => Saved(state, written),
        EpochFinished finished => Epoch(state, finished.Metrics),
        ReplicaPaused paused => Paused(state, paused),
        ReplicaFinished finished => Finished(state, finished),
        ReplicaFailed failed => Broken(state, failed),
        _ => throw new ArgumentOutOfRangeException(nameof(report), report, "not a report of a replica"),
    };

    static Decision Ready(JobState state, ReplicaReady ready)
    {
        var isFirst = state.Ledger.StartOf(state.Generation) is null;
        IEnumerable<IJobEvent> begins = isFirst ? [.. Warning(state, state.Kept?.Compare(ready)), new WorldStarted(state.Generation, ready.Step)] : [];
        var heard = Decision.Note([.. Replaced(state, ready), .. begins, new RankReported(ready.Rank, ready)]);
        return Complete<ReplicaReady>(state, ready.Rank)
            ? heard.Then(state, _ => Decision.Note(new TrainingStarted(state.Generation, ready.StepsPerEpoch, ready.Classes, ready.Step, ready.Samples, ready.Skipped))).Then(state, Advance)
            : heard;
    }

    // The rank's training went over to other data there, and the job has not heard of it yet.
    static IEnumerable<IJobEvent> Replaced(JobState state, ReplicaReady ready)
    {
        if (ready.FirstStep > 0 && state.Eras.All(era => (era.Epoch, era.Step) != (ready.FirstEpoch, ready.FirstStep)))
            yield return new DataReplaced(state.Generation, ready.FirstEpoch, ready.FirstStep, ready.StepsPerEpoch, ready.Samples);
    }

    static IEnumerable<IJobEvent> Warning(JobState state, string? text) => text is null ? [] : [new JobWarned(state.Generation, text)];

    // Whoever tells, and however late: whether it still counts is what the audit finds out.
    static Decision Commit(JobState state, StepsCommitted told)
    {
        var stretch = new Stretch(told.Generation, told.Epoch, told.First, told.Count, told.Samples);
        return told is not { Epoch: > 0, First: >= 0, Count: > 0 } || told.Generation > state.Generation || state.HasEnded || state.Ledger.Knows(stretch) ? Decision.None : Decision.Note(new StepsCounted(stretch));
    }

    static Decision Saved(JobState state, CheckpointWritten written) =>
        Prune(state, new CheckpointSaved(new Checkpoint(written.Name, written.Step, written.Epoch, written.Sha256, written.Bytes, written.EpochEnd)));

    static Decision Epoch(JobState state, EpochMetrics metrics) =>
        Retention.RowOf(state.History, metrics.Epoch) == metrics ? Decision.None : Prune(state, new EpochCompleted(metrics));

    static Decision Prune(JobState state, IJobEvent change)
    {
        var after = state.Apply(change);
        var superfluous = Retention.Superfluous(after.Checkpoints, after.History, state.Plan.KeepCheckpoints);
        return superfluous.Count == 0
            ? Decision.Note(change)
            : new([change, new CheckpointsDropped(superfluous)], [new DeleteCheckpoints(superfluous)]);
    }

    static Decision Paused(JobState state, ReplicaPaused paused)
    {
        var forLeaving = state.Phase == JobPhase.Running && state.Regrouping.Asked == StopMode.Pause;
        if (state.Phase != JobPhase.Pausing && !forLeaving && !IsDone(state, paused)) return Decision.None;
        var heard = Decision.Note(new RankReported(paused.Rank, paused));
        if (!Complete<ReplicaPaused>(state, paused.Rank)) return heard;
        return heard.Then(state, whole => forLeaving && !IsDone(state, paused) ? WaitForMore(whole) : new([new JobPaused(whole.LastCheckpoint?.Name)], [.. StopNewcomers(whole), new GiveSlotsBack()]));
    }

    // Trained as far as it was to.
    static bool IsDone(JobState state, ReplicaPaused paused) => state.Until is { } until && state.History.Count >= until && paused.Step >= state.StepAfter(until);

    static Decision Finished(JobState state, ReplicaFinished finished)
    {
        var heard = new RankReported(finished.Rank, finished);
        if (!Complete<ReplicaFinished>(state, finished.Rank)) return Decision.Note(heard);
        var first = finished.Rank == 0 ? finished : (ReplicaFinished)state.Reports[0];
        var completed = new JobCompleted(first.Test, first.Selected, first.Step, state.History.Sum(row => row.Seconds));
        return new([heard, completed], [.. StopNewcomers(state), new GiveSlotsBack()]);
    }

    static Decision Broken(JobState state, ReplicaFailed failed)
    {
        var damaged = state.Checkpoints.FirstOrDefault(known => known.Name == failed.DamagedCheckpoint);
        return damaged is null
            ? NextWorld(state, failed.Error, state.Slots)
            : NextWorld(state.Apply(new CheckpointDiscarded(damaged.Name, failed.Error)), failed.Error, state.Slots).After(new CheckpointDiscarded(damaged.Name, failed.Error));
    }

    static Decision NextWorld(JobState state, string reason, IReadOnlyList<Slot> survivors, IReadOnlyList<string>? lost = null)
    {
        var stop = new StopReplicas(state.Generation, StopMode.Abort, OnePerWorker([.. survivors, .. state.Regrouping.Newcomers.Select(newcomer => newcomer.Slot)]));
        if (state.Phase == JobPhase.Pausing) return new([new JobPaused(state.LastCheckpoint?.Name)], [stop, new GiveSlotsBack()]);
        return lost is null && state.Restarts >= MaxRestarts
            ? new([new JobFailed($"gave up after {MaxRestarts} restarts without progress; the last one: {reason}")], [stop, new GiveSlotsBack()])
            : new([new WorldLost(state.Generation, reason, lost)], [stop, new GiveSlotsBack(), Ask(state.Plan)]);
    }

    static bool Complete<TReport>(JobState state, int rank) =>
        Enumerable.Range(0, state.WorldSize).All(known => known == rank || state.Reports.GetValueOrDefault(known) is TReport);

    static StopReplicas Stop(JobState state, StopMode mode) => new(state.Generation, mode, OnePerWorker(state.Slots));

    static IReadOnlyList<Slot> OnePerWorker(IReadOnlyList<Slot> slots) => [.. slots.DistinctBy(slot => slot.WorkerId)];
}
