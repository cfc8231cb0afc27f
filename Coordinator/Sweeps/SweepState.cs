using System.Collections.Immutable;
using Convoy.Shared.Protocol;
using MessagePack;

namespace Convoy.Coordinator.Sweeps;

/// <summary>All that is known of a sweep: a fold of its events. The keyed part is the snapshot; the rest is what a restart finds out anew.</summary>
[MessagePackObject, Manifest("sweep.state")]
public sealed record SweepState : IWire
{
    const int Shown = 10;

    /// <summary>Before the first event.</summary>
    public static readonly SweepState Empty = new();

    /// <summary>The sweep; empty before it is submitted.</summary>
    [Key(0)] public string SweepId { get; init; } = "";
    /// <summary>Its spec as canonical YAML.</summary>
    [Key(1)] public string Spec { get; init; } = "";
    /// <summary>Its folder.</summary>
    [Key(2)] public string Folder { get; init; } = "";
    /// <summary>What its view needs of the spec.</summary>
    [Key(3)] public SweepPlan Plan { get; init; } = new("", "", true, 1, 1, null, null, null, 0);
    /// <summary>Where it stands.</summary>
    [Key(4)] public SweepPhase Phase { get; init; }
    /// <summary>What it is once its results are written.</summary>
    [Key(5)] public SweepPhase Outcome { get; init; }
    /// <summary>Why it ended.</summary>
    [Key(6)] public string? Why { get; init; }
    /// <summary>Its trials.</summary>
    [Key(7)] public Trials Trials { get; init; } = Trials.None;
    /// <summary>Seconds that it has run, at the latest event.</summary>
    [Key(8)] public double ActiveSeconds { get; init; }
    /// <summary>The <c>traceparent</c> of what submitted it; null where nobody traced.</summary>
    [Key(9)] public string? Trace { get; init; }

    /// <summary>Running trials whose jobs have paused before the epoch that they may train to.</summary>
    [IgnoreMember] public ImmutableHashSet<int> Resting { get; init; } = [];

    /// <summary>Whether nobody has submitted it.</summary>
    [IgnoreMember] public bool IsEmpty => SweepId.Length == 0;
    /// <summary>Whether its results are written.</summary>
    [IgnoreMember] public bool HasEnded => Phase is SweepPhase.Completed or SweepPhase.Failed or SweepPhase.Cancelled;
    /// <summary>Its trials that are about to train or do.</summary>
    [IgnoreMember] public IEnumerable<Trial> RunningTrials => Trials.All.Where(trial => trial.Phase == TrialPhase.Running);
    /// <summary>Trials that have ended but whose jobs may not know.</summary>
    [IgnoreMember] public IEnumerable<Trial> Unclosed => Trials.All.Where(trial => trial is { Phase: TrialPhase.Stopped, IsClosed: false });

    /// <summary>The trial that the sweep has found; null before the first score.</summary>
    [IgnoreMember] public Trial? Winner => Ranked.FirstOrDefault();

    /// <summary>Trials that have a score, the best first; of equals those that trained to the end.</summary>
    [IgnoreMember] public IEnumerable<Trial> Ranked => Trials.All.Where(trial => trial.HasScore).OrderByDescending(trial => trial.Best).ThenByDescending(trial => trial.Phase == TrialPhase.Completed);

    /// <summary>The job of a trial.</summary>
    public string JobOf(int trial) => $"{SweepId}-{trial}";

    /// <summary>The run folder of a trial.</summary>
    public string FolderOf(int trial) => Path.Combine(Folder, "trials", $"{trial}");

    /// <summary>What it looks like from outside.</summary>
    /// <param name="active">Seconds that it has run.</param>
    public SweepView View(double active) => new(
        SweepId, Plan.Name, Phase, Why, Plan.Metric, Counts(),
        new SweepCost(Trials.Count, Trials.All.Sum(trial => (long)trial.Epochs), active, Trials.All.Sum(trial => trial.DeviceSeconds)),
        new SweepCost(Plan.MostTrials, Plan.MostEpochs, Plan.MostSeconds),
        Winner is { } winner ? ViewOf(winner) : null,
        [.. Ranked.Take(Shown).Select(ViewOf)],
        [.. RunningTrials.Take(2 * Shown).Select(ViewOf)],
        [.. Trials.All.Reverse().Where(trial => trial.Phase is TrialPhase.Stopped or TrialPhase.Failed).Take(Shown).Select(ViewOf)],
        Folder, Plan.Parallel, Plan.Priority);

    /// <summary>What a trial looks like from outside.</summary>
    public TrialView ViewOf(Trial trial) => new(
        trial.Number, JobOf(trial.Number), trial.Phase, trial.Values.Settings,
        trial.HasScore ? Plan.Turn(trial.Best) : null,
        trial.HasScore ? trial.Scores.Index().First(item => item.Item == trial.Best).Index + 1 : null,
        trial.Epochs, trial.Until, trial.Seconds, trial.DeviceSeconds, trial.Why, trial.Test);

    /// <summary>The state after events.</summary>
    public SweepState Apply(IEnumerable<ISweepEvent> changes) => changes.Aggregate(this, (state, change) => state.Apply(change));

    /// <summary>The state after an event.</summary>
    public SweepState Apply(ISweepEvent change) => change switch
    {
        SweepSubmitted e => this with { SweepId = e.SweepId, Spec = e.Spec, Folder = e.Folder, Plan = e.Plan, Trace = e.Trace, Phase = SweepPhase.Running },
        TrialStarted e => this with { Trials = Trials.Started(e.Values, e.Key, e.Until, e.Bracket) },
        TrialContinued e => this with { Trials = Trials.Continued(e.Trial, e.Until), Resting = Resting.Remove(e.Trial) },
        TrialReported e => With(e),
        TrialPaused e => Ended(e.Trial, TrialPhase.Paused, null),
        TrialCompleted e => Ended(e.Trial, TrialPhase.Completed, null, e.Test),
        TrialStopped e => Ended(e.Trial, TrialPhase.Stopped, e.Why),
        TrialFailed e => Ended(e.Trial, TrialPhase.Failed, e.Error),
        TrialClosed e => this with { Trials = Trials.With(Trials[e.Trial] with { IsClosed = true }) },
        TrialRests e => this with { Resting = Resting.Add(e.Trial) },
        SweepPauseRequested => this with { Phase = SweepPhase.Pausing },
        SweepPaused e => this with { Phase = SweepPhase.Paused, ActiveSeconds = e.Active },
        SweepRan e => this with { ActiveSeconds = e.Active },
        SweepResumed => this with { Phase = SweepPhase.Running, Resting = [] },
        SweepClosing e => this with { Phase = SweepPhase.Closing, Outcome = e.Outcome, Why = e.Why, ActiveSeconds = e.Active },
        SweepEnded => this with { Phase = Outcome },
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "not an event of a sweep"),
    };

    SweepState With(TrialReported report)
    {
        var trials = Trials.Reported(report.Trial, report.Score);
        var trial = trials[report.Trial];
        return this with
        {
            Trials = trials.With(trial with { Seconds = trial.Seconds + report.Seconds, DeviceSeconds = trial.DeviceSeconds + report.Seconds * report.Replicas }),
            ActiveSeconds = Math.Max(ActiveSeconds, report.Active),
        };
    }

    SweepState Ended(int trial, TrialPhase phase, string? why, Metrics? test = null) => this with
    {
        Trials = Trials.With(Trials[trial] with { Phase = phase, Why = why, Test = test }),
        Resting = Resting.Remove(trial),
    };

    TrialCounts Counts()
    {
        int Of(TrialPhase phase) => Trials.All.Count(trial => trial.Phase == phase);
        return new(Trials.Count, Of(TrialPhase.Running), Of(TrialPhase.Paused), Of(TrialPhase.Completed), Of(TrialPhase.Stopped), Of(TrialPhase.Failed));
    }
}
