using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps;

/// <summary>What a sweep does about its inputs: a pure function, without clock, dice or actor. Made once of its spec, since that takes time.</summary>
public sealed class SweepLogic
{
    // Seconds of which a sweep that is killed may lose count.
    const double LongestUntold = 45;

    readonly ObjectiveSpec _objective;
    readonly TrialSpecs _specs;
    readonly IStrategy _strategy;

    /// <param name="sweep">The spec.</param>
    public SweepLogic(SweepSpec sweep) : this(sweep, StrategyFactory.Of(sweep)) { }

    /// <param name="sweep">The spec.</param>
    /// <param name="strategy">Decides in place of the spec's.</param>
    public SweepLogic(SweepSpec sweep, IStrategy strategy)
    {
        (_objective, _specs, _strategy) = (sweep.Objective, new TrialSpecs(sweep), strategy);
        Epochs = _specs.Base().Epochs;
    }

    /// <summary>Epochs of a whole trial.</summary>
    public int Epochs { get; }

    /// <summary>What a trial trains, as canonical YAML.</summary>
    public string SpecOf(Trial trial) => SpecWriter.Write(_specs.Of(trial.Values, trial.Number));

    /// <summary>A sweep begins.</summary>
    public SweepDecision Begin(SubmitSweep command, SweepPlan plan)
    {
        var begun = new SweepDecision([new SweepSubmitted(command.SweepId, command.Spec, command.Folder, plan, command.Trace)], [new BeginFolder(new SweepAccepted(command.SweepId))]);
        return begun.Then(SweepState.Empty, state => Clock(state, 0).Then(state, now => Fill(now, 0)));
    }

    /// <summary>Decides on an input: a command, or one of the inputs of <c>SweepInputs.cs</c>.</summary>
    /// <param name="state">The sweep.</param>
    /// <param name="input">The input.</param>
    /// <param name="active">Seconds that the sweep has run.</param>
    public SweepDecision Decide(SweepState state, object input, double active) => input switch
    {
        SubmitSweep submit => state.Spec == submit.Spec
            ? SweepDecision.Do(Accepted(state.SweepId))
            : Refuse(state.SweepId, $"sweep '{state.SweepId}' exists with another spec: choose another id"),
        PauseSweep => Pause(state, active),
        ResumeSweep => Resume(state, active),
        CancelSweep => Cancel(state, active),
        TrialNews news => Hear(state, news, active),
        TrialRefused refused => IsRunning(state, refused.Trial) ? Fail(refused.Trial, refused.Reason).Then(state, now => Go(now, active)) : SweepDecision.None,
        TrialHasNoJob none => state.Phase == SweepPhase.Pausing && IsRunning(state, none.Trial)
            ? SweepDecision.Note(new TrialRests(none.Trial)).Then(state, now => Go(now, active))
            : SweepDecision.None,
        TrialGone gone => Close(state, gone.Trial),
        TimeIsUp => state.Phase is SweepPhase.Running or SweepPhase.Pausing ? End(state, Outcome(state), "the time is up", active) : SweepDecision.None,
        MinutePassed => active - state.ActiveSeconds >= LongestUntold ? SweepDecision.Note(new SweepRan(active)) : SweepDecision.None,
        SweepRestarted => Restart(state, active),
        ResultsWritten => state.Phase == SweepPhase.Closing ? SweepDecision.Note(new SweepEnded(state.SweepId)) : SweepDecision.None,
        ResultsFailed failed => state.Phase == SweepPhase.Closing
            ? SweepDecision.Note(new SweepClosing(SweepPhase.Failed, failed.Error, active), new SweepEnded(state.SweepId))
            : SweepDecision.None,
        _ => throw new ArgumentOutOfRangeException(nameof(input), input, "not an input of a sweep"),
    };

    SweepDecision Pause(SweepState state, double active) => state.Phase switch
    {
        SweepPhase.Running => new SweepDecision([new SweepPauseRequested(state.SweepId)], [Accepted(state.SweepId), .. state.RunningTrials.Select(trial => new PauseTrial(trial.Number))])
            .Then(state, now => Go(now, active)),
        SweepPhase.Pausing or SweepPhase.Paused => SweepDecision.Do(Accepted(state.SweepId)),
        _ => Refuse(state, "be paused"),
    };

    SweepDecision Resume(SweepState state, double active) => state.Phase switch
    {
        SweepPhase.Pausing or SweepPhase.Paused => new SweepDecision([new SweepResumed(state.SweepId)], [Accepted(state.SweepId)])
            .Then(state, now => SweepDecision.Do([.. now.RunningTrials.Select(trial => Train(now, trial.Number, trial.Until))]))
            .Then(state, now => Clock(now, active).Then(now, then => Fill(then, active))),
        SweepPhase.Running => SweepDecision.Do(Accepted(state.SweepId)),
        _ => Refuse(state, "be resumed"),
    };

    SweepDecision Cancel(SweepState state, double active) => state switch
    {
        { Phase: SweepPhase.Cancelled } or { Phase: SweepPhase.Closing, Outcome: SweepPhase.Cancelled } => SweepDecision.Do(Accepted(state.SweepId)),
        { HasEnded: true } or { Phase: SweepPhase.Closing } => Refuse(state, "be cancelled"),
        _ => End(state, SweepPhase.Cancelled, "cancelled by its user", active).After(Accepted(state.SweepId)),
    };

    SweepDecision Restart(SweepState state, double active) => state.Phase switch
    {
        SweepPhase.Running => SweepDecision.Do([.. state.RunningTrials.Select(trial => Train(state, trial.Number, trial.Until)), .. Unclosed(state)])
            .Then(state, now => Clock(now, active).Then(now, then => Fill(then, active))),
        SweepPhase.Pausing => SweepDecision.Do([.. state.RunningTrials.Select(trial => new PauseTrial(trial.Number)), .. Unclosed(state)]),
        SweepPhase.Closing => SweepDecision.Do([.. Unclosed(state)]).Then(state, Results),
        _ => SweepDecision.Do([.. Unclosed(state)]),
    };

    // A view may tell of several epochs: each is judged as if it had come alone, so that what happens does not depend on who was away when.
    SweepDecision Hear(SweepState state, TrialNews news, double active)
    {
        if (!IsRunning(state, news.Trial)) return SweepDecision.None;
        var heard = SweepDecision.None;
        foreach (var row in news.Job.History.Skip(state.Trials[news.Trial].Epochs).TakeWhile(row => row.Epoch <= state.Trials[news.Trial].Until))
        {
            heard = heard.Then(state, _ => SweepDecision.Note(Report(news, row, active)));
            var now = state.Apply(heard.Events);
            var trial = now.Trials[news.Trial];
            if (trial.Epochs == trial.Until || _strategy.Decide(now.Trials, trial) is not { } why) continue;
            return heard.Then(state, _ => Stop(trial.Number, why)).Then(state, then => Go(then, active));
        }
        return heard.Then(state, now => Settle(now, news)).Then(state, now => Go(now, active));
    }

    TrialReported Report(TrialNews news, EpochMetrics row, double active)
    {
        var value = _objective.Of(row) ?? double.NaN;
        return new(news.Trial, row.Epoch, _objective.Maximizes ? value : -value, row.Seconds, news.Job.WorldSize, active);
    }

    SweepDecision Settle(SweepState state, TrialNews news)
    {
        var trial = state.Trials[news.Trial];
        return news.Job.Phase switch
        {
            JobPhase.Completed => new([new TrialCompleted(trial.Number, news.Job.Test)], [new LeaveTrial(trial.Number)]),
            JobPhase.Failed => Fail(trial.Number, news.Job.Why ?? "the job failed"),
            JobPhase.Cancelled => Fail(trial.Number, "its job was cancelled"),
            JobPhase.Paused when trial.Epochs >= trial.Until => new([new TrialPaused(trial.Number)], [new LeaveTrial(trial.Number)]),
            JobPhase.Paused when state.Phase == SweepPhase.Pausing => SweepDecision.Note(new TrialRests(trial.Number)),
            _ => SweepDecision.None,
        };
    }

    // After whatever happened to its trials.
    SweepDecision Go(SweepState state, double active) => state.Phase switch
    {
        SweepPhase.Running => Fill(state, active),
        SweepPhase.Pausing when state.RunningTrials.All(trial => state.Resting.Contains(trial.Number)) =>
            new([new SweepPaused(active)], [.. state.RunningTrials.Select(trial => new LeaveTrial(trial.Number))]),
        _ => SweepDecision.None,
    };

    SweepDecision Fill(SweepState state, double active)
    {
        var filled = SweepDecision.None;
        for (var now = state; now.Trials.Running < state.Plan.Parallel; now = state.Apply(filled.Events))
        {
            var proposal = _strategy.Ask(now.Trials);
            if (proposal is Wait) break;
            if (proposal is Finish finish) return filled.Then(state, then => End(then, Outcome(then), finish.Why, active));
            filled = filled.Then(state, then => Take(then, proposal));
        }
        return filled;
    }

    SweepDecision Take(SweepState state, Proposal proposal) => proposal switch
    {
        StartTrial start => new([new TrialStarted(state.Trials.Count, start.Values, _specs.Key(start.Values)!, start.Until, start.Bracket)], [Train(state, state.Trials.Count, start.Until) with { IsNew = true }]),
        ContinueTrial next => new([new TrialContinued(next.Trial, next.Until)], [Train(state, next.Trial, next.Until)]),
        _ => throw new ArgumentOutOfRangeException(nameof(proposal), proposal, "nothing to take"),
    };

    static SweepPhase Outcome(SweepState state) => state.Trials.All.Any(trial => trial.HasScore) ? SweepPhase.Completed : SweepPhase.Failed;

    SweepDecision End(SweepState state, SweepPhase outcome, string why, double active)
    {
        var ended = state.Trials.All
            .Where(trial => trial.Phase is TrialPhase.Running or TrialPhase.Paused)
            .Select(trial => Stop(trial.Number, trial.Phase == TrialPhase.Running ? why : $"was not to go on from epoch {trial.Epochs}"))
            .Aggregate(SweepDecision.None, (all, one) => new([.. all.Events, .. one.Events], [.. all.Effects, .. one.Effects]));
        return ended
            .Then(state, _ => SweepDecision.Note(new SweepClosing(outcome, outcome == SweepPhase.Failed ? NoScore(state, why) : why, active)))
            .Then(state, Results);
    }

    static string NoScore(SweepState state, string why) => state.Trials.All.LastOrDefault(trial => trial.Phase == TrialPhase.Failed) is { } failed
        ? $"no trial could be trained; trial {failed.Number}: {failed.Why}"
        : $"no trial has a score: {why}";

    SweepDecision Close(SweepState state, int trial) =>
        state.Trials[trial].IsClosed ? SweepDecision.None : new SweepDecision([new TrialClosed(trial)], [new LeaveTrial(trial)]).Then(state, Results);

    // Not before the jobs are done: they write in the same folder.
    static SweepDecision Results(SweepState state) =>
        state.Phase == SweepPhase.Closing && !state.Unclosed.Any() ? SweepDecision.Do(new WriteResults()) : SweepDecision.None;

    static SweepDecision Clock(SweepState state, double active) => state.Plan.MostSeconds is { } most
        ? SweepDecision.Do(new WatchTheClock(TimeSpan.FromSeconds(Math.Max(0, most - active))))
        : SweepDecision.None;

    static SweepDecision Stop(int trial, string why) => new([new TrialStopped(trial, why)], [new EndTrial(trial)]);

    static SweepDecision Fail(int trial, string error) => new([new TrialFailed(trial, error)], [new LeaveTrial(trial)]);

    static IEnumerable<ISweepEffect> Unclosed(SweepState state) => state.Unclosed.Select(trial => new EndTrial(trial.Number));

    static bool IsRunning(SweepState state, int trial) => trial < state.Trials.Count && state.Trials[trial].Phase == TrialPhase.Running;

    static TrainTrial Train(SweepState state, int trial, int until) => new(trial, until < state.Plan.Epochs ? until : null);

    static AnswerClient Accepted(string sweepId) => new(new SweepAccepted(sweepId));

    static SweepDecision Refuse(string sweepId, string reason) => SweepDecision.Do(new AnswerClient(new SweepRefused(sweepId, reason)));

    static SweepDecision Refuse(SweepState state, string what) => Refuse(state.SweepId, $"sweep '{state.SweepId}' is {state.Phase.ToString().ToLowerInvariant()} and cannot {what}");
}
