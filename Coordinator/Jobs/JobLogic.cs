using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

/// <summary>What a job does about its inputs: a pure function, without clock, dice or actor.</summary>
public static partial class JobLogic
{
    /// <summary>Worlds that may fail in a row by a fault of the job's own, without an epoch or a checkpoint between, before the job fails. Workers that
    /// die are no fault of the job's.</summary>
    public const int MaxRestarts = 5;
    /// <summary>How long the ranks of a broken world have to tell that they are alive.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);
    /// <summary>How long the last of them has: where one died, the others need not wait long; where a link broke, both ends tell at once.</summary>
    public static readonly TimeSpan LastWord = TimeSpan.FromSeconds(0.2);
    /// <summary>How long a newcomer has to load data and libraries.</summary>
    public static readonly TimeSpan PrepareTime = TimeSpan.FromSeconds(30);
    /// <summary>How long a recovered job waits for all its workers before it goes on with fewer.</summary>
    public static readonly TimeSpan WholeWorldTime = TimeSpan.FromSeconds(5);

    /// <summary>Decides on an input: a command, a word of the scheduler, a report of a replica, or one of the inputs of <c>JobInputs.cs</c>.</summary>
    public static Decision Decide(JobState state, object input) => OrGiveUpLater(state, input, On(state, input));

    // Whatever has it wait for slots: not longer than it may.
    static Decision OrGiveUpLater(JobState state, object input, Decision decision) =>
        input is ProcessRestarted || decision.Events.Any(change => change is JobSubmitted or JobResumed or WorldLost or JobRequeued)
            ? decision.Then(state, after => after is { IsEmpty: false, Phase: JobPhase.Queued, Plan.MaxWait: { } seconds }
                ? Decision.Do(new RemindMe(new WaitOver(after.Generation), TimeSpan.FromSeconds(seconds)))
                : Decision.None)
            : decision;

    static Decision On(JobState state, object input) => input switch
    {
        Submission submission => Submit(state, submission),
        ReplicaKept kept => Kept(state, kept),
        IJobMessage message when state.IsEmpty => message is IReplicaReport or ReplicaPrepared or LeaveWorld or SlotsPending or SlotsLost or SlotsGranted or SlotsAdded or GiveUpSlots
            ? Decision.None
            : Decision.Do(new Answer(new JobRefused(message.JobId, $"there is no job '{message.JobId}'", IsUnknown: true))),
        PauseJob => Pause(state),
        ResumeJob resume => Resume(state, resume),
        CancelJob => Cancel(state),
        SlotsGranted granted => Form(state, granted.Slots),
        SlotsPending { OnlyLeftOut: true } when state is { Phase: JobPhase.Queued, SeeksOthers: true } => Fail(state, TooFewSeeTheSame(state)),
        SlotsPending pending => state.Phase == JobPhase.Queued ? Decision.Note(new JobWaiting(pending.Why)) : Decision.None,
        SlotsLost lost => Lose(state, lost.WorkerId),
        SlotsAdded added => Grow(state, added),
        GiveUpSlots give => GiveUp(state, give.Keep),
        ReplicaPrepared prepared => Prepared(state, prepared),
        LeaveWorld leave => Leave(state, leave.WorkerId),
        RegroupDue due => StopWaiting(state, due),
        PrepareDue due => DropUnprepared(state, due.Offer),
        AskForFewer ask => state.Phase == JobPhase.Queued && state.Generation == ask.Generation ? Decision.Do(Ask(state)) : Decision.None,
        WaitOver over => StopWaiting(state, over),
        ClaimDue => Claim(state),
        IReplicaReport report => Hear(state, report),
        ProcessRestarted => Restart(state),
        FolderFailed failed => state.HasEnded && state.Phase != JobPhase.Completed ? Decision.None : Fail(state, failed.Error),
        _ => throw new ArgumentOutOfRangeException(nameof(input), input, "not an input of a job"),
    };

    static Decision Submit(JobState state, Submission submission)
    {
        var (command, plan) = submission;
        if (state.IsEmpty)
            return new Decision([new JobSubmitted(command.JobId, command.Spec, command.Folder, plan, command.Until, command.Trace)], [Accepted(command.JobId), Ask(plan)]);
        return state.Spec == command.Spec
            ? Decision.Do(Accepted(state.JobId))
            : Refuse(state.JobId, $"job '{state.JobId}' exists with another spec: choose another id");
    }

    static Decision Pause(JobState state) => state.Phase switch
    {
        JobPhase.Queued => new([new JobPaused(state.LastCheckpoint?.Name)], [Accepted(state.JobId), new GiveSlotsBack()]),
        JobPhase.Forming or JobPhase.Running => new([new PauseRequested(state.Generation)], [Accepted(state.JobId), Stop(state, StopMode.Pause)]),
        JobPhase.Pausing or JobPhase.Paused => Decision.Do(Accepted(state.JobId)),
        _ => Refuse(state, "be paused"),
    };

    static Decision Resume(JobState state, ResumeJob resume) => state.Phase switch
    {
        JobPhase.Paused when state.History.Count >= resume.Until => Decision.Do(Accepted(state.JobId)),
        JobPhase.Paused or JobPhase.Failed => new([new JobResumed(state.LastCheckpoint?.Name, resume.Until, resume.AcceptsChangedData)], [Accepted(state.JobId), Ask(state.Plan)]),
        JobPhase.Queued or JobPhase.Forming or JobPhase.Running => Decision.Do(Accepted(state.JobId)),
        JobPhase.Pausing => Refuse(state.JobId, $"job '{state.JobId}' is still pausing: resume it when it has paused"),
        _ => Refuse(state, "be resumed"),
    };

    static Decision Cancel(JobState state) => state.Phase switch
    {
        JobPhase.Cancelled => Decision.Do(Accepted(state.JobId)),
        JobPhase.Completed => Refuse(state, "be cancelled"),
        _ => End(state, new JobCancelled(state.JobId)).After(Accepted(state.JobId)),
    };

    static Decision Restart(JobState state) => state.Phase switch
    {
        _ when state.IsEmpty => Decision.None,
        JobPhase.Queued => Decision.Do(Ask(state)),
        JobPhase.Forming or JobPhase.Running => Requeue(state),
        JobPhase.Pausing => new([new JobPaused(state.LastCheckpoint?.Name)], [new GiveSlotsBack()]),
        _ => Decision.None,
    };

    // Its replicas may still train or wait: with all of them together nothing is lost, so it asks for as many first.
    static Decision Requeue(JobState state) => new(
        [new JobRequeued(state.Generation)],
        [Ask(state) with { Min = Math.Clamp(state.WorldSize, state.Plan.MinWorld, state.Plan.MaxWorld) }, new RemindMe(new AskForFewer(state.Generation), WholeWorldTime)]);

    static Decision Claim(JobState state) => state switch
    {
        { HasWorld: true } => Decision.Do(Keep(state)),
        { Phase: JobPhase.Queued, IsEmpty: false } => Decision.Do(Ask(state) with { Again = true }),
        _ => Decision.None,
    };

    static Decision StopWaiting(JobState state, WaitOver over) => state.Phase == JobPhase.Queued && state.Generation == over.Generation && state.Plan.MaxWait is { } seconds
        ? Fail(state, FormattableString.Invariant($"waited {seconds} s for slots (world.max_wait): {state.Waiting ?? state.Error ?? "the scheduler did not answer"}"))
        : Decision.None;

    static Decision Fail(JobState state, string error) => End(state, new JobFailed(error));

    static Decision End(JobState state, IJobEvent end) =>
        new([end], state.HasWorld ? [StopAll(state), new GiveSlotsBack()] : [new GiveSlotsBack()]);

    static Answer Accepted(string jobId) => new(new JobAccepted(jobId));

    static Decision Refuse(string jobId, string reason) => Decision.Do(new Answer(new JobRefused(jobId, reason)));

    static Decision Refuse(JobState state, string what) => Refuse(state.JobId, $"job '{state.JobId}' is {state.Phase.ToString().ToLowerInvariant()} and cannot {what}");

    static AskForSlots Ask(JobPlan plan) => new(plan.MinWorld, plan.MaxWorld);

    static AskForSlots Ask(JobState state) => Ask(state.Plan) with { Preferred = state.Workers.Count == 0 ? null : state.Workers };
}
