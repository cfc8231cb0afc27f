using System.Collections.Immutable;
using Convoy.Shared.Data;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using MessagePack;

namespace Convoy.Coordinator.Jobs;

/// <summary>All that is known of a job: a fold of its events. The keyed part is the snapshot; the rest is what a restart finds out anew.</summary>
[MessagePackObject, Manifest("job.state")]
public sealed record JobState : IWire
{
    /// <summary>Before the first event.</summary>
    public static readonly JobState Empty = new();

    /// <summary>The job; empty before it is submitted.</summary>
    [Key(0)] public string JobId { get; init; } = "";
    /// <summary>Its spec as canonical YAML.</summary>
    [Key(1)] public string Spec { get; init; } = "";
    /// <summary>Its run folder.</summary>
    [Key(2)] public string Folder { get; init; } = "";
    /// <summary>What its decisions need of the spec.</summary>
    [Key(3)] public JobPlan Plan { get; init; } = new("", 1, 1, 1, 1);
    /// <summary>Where it stands.</summary>
    [Key(4)] public JobPhase Phase { get; init; }
    /// <summary>Number of the latest world; 0 before the first.</summary>
    [Key(5)] public int Generation { get; init; }
    /// <summary>The worker of every rank of the latest world.</summary>
    [Key(6)] public IReadOnlyList<string> Workers { get; init; } = [];
    /// <summary>Steps in an epoch; 0 before the data was opened.</summary>
    [Key(7)] public int StepsPerEpoch { get; init; }
    /// <summary>Names of the data set's classes.</summary>
    [Key(8)] public IReadOnlyList<string> Classes { get; init; } = [];
    /// <summary>By step.</summary>
    [Key(9)] public IReadOnlyList<Checkpoint> Checkpoints { get; init; } = [];
    /// <summary>By epoch.</summary>
    [Key(10)] public IReadOnlyList<EpochMetrics> History { get; init; } = [];
    /// <summary>Worlds that failed by a fault of the job's own since the last epoch or checkpoint; those that lost workers are not among them.</summary>
    [Key(11)] public int Restarts { get; init; }
    /// <summary>The error of a failed job, the reason of the latest restart.</summary>
    [Key(12)] public string? Error { get; init; }
    /// <summary>How it ended; null unless completed.</summary>
    [Key(13)] public JobCompleted? Result { get; init; }
    /// <summary>Steps done at the latest durable event.</summary>
    [Key(14)] public long SavedStep { get; init; }
    /// <summary>Which steps were committed by whom.</summary>
    [Key(15)] public Ledger Ledger { get; init; } = Ledger.Empty;
    /// <summary>Training samples; 0 before the data was opened.</summary>
    [Key(16)] public int Samples { get; init; }
    /// <summary>Files of the data set that were left out, one line each; null for none.</summary>
    [Key(17)] public IReadOnlyList<string>? Skipped { get; init; }

    /// <summary>The epoch after which it pauses; null where it trains to the end.</summary>
    [Key(18)] public int? Until { get; init; }

    /// <summary>The <c>traceparent</c> of what submitted it; null where nobody traced.</summary>
    [Key(19)] public string? Trace { get; init; }

    /// <summary>The latest that its user should know, though it goes on; null for none.</summary>
    [Key(20)] public string? Warning { get; init; }

    /// <summary>The data that it trains on; null before its first world has agreed on it.</summary>
    [Key(21)] public DataSeen? Data { get; init; }

    /// <summary>Nodes that it does without since its user last resumed it.</summary>
    [Key(22)] public IReadOnlyList<NodeLeftOut> LeftOut { get; init; } = [];

    /// <summary>The data that it has trained on, where it went over from one to another: first what it began with. Empty where it did not.</summary>
    [Key(23)] public IReadOnlyList<DataReplaced> Eras { get; init; } = [];

    /// <summary>What the workers said that they see of the data, by id.</summary>
    [IgnoreMember] public IReadOnlyDictionary<string, DataSeen> Seen { get; init; } = new Dictionary<string, DataSeen>();
    /// <summary>Whether it has just been left with too few workers by leaving some out.</summary>
    [IgnoreMember] public bool SeeksOthers { get; init; }
    /// <summary>The best row of the history, as far as it is known; null has it looked for.</summary>
    [IgnoreMember] internal EpochMetrics? KnownBest { get; init; }
    /// <summary>The best row of the history; null without any.</summary>
    [IgnoreMember] public EpochMetrics? Best => KnownBest ?? Retention.Best(History);
    /// <summary>The slots of the current world.</summary>
    [IgnoreMember] public IReadOnlyList<Slot> Slots { get; init; } = [];
    /// <summary>The latest report of every rank of the current world.</summary>
    [IgnoreMember] public IReadOnlyDictionary<int, IJobMessage> Reports { get; init; } = new Dictionary<int, IJobMessage>();
    /// <summary>What the ranks of the world before said that they kept in memory; null where there was none, or nobody kept anything.</summary>
    [IgnoreMember] public KeptState? Kept { get; init; }
    /// <summary>What is under way towards the next world.</summary>
    [IgnoreMember] public Regrouping Regrouping { get; init; } = Regrouping.None;
    /// <summary>Number of the scheduler's latest offer since it granted slots; 0 for none.</summary>
    [IgnoreMember] public int Offer { get; init; }
    /// <summary>Why it waits for slots.</summary>
    [IgnoreMember] public string? Waiting { get; init; }
    /// <summary>The latest step heard of; 0 for none.</summary>
    [IgnoreMember] public long LiveStep { get; init; }

    /// <summary>Whether nobody has submitted it.</summary>
    [IgnoreMember] public bool IsEmpty => JobId.Length == 0;
    /// <summary>Whether a world forms, trains or stops.</summary>
    [IgnoreMember] public bool HasWorld => !IsEmpty && Phase is JobPhase.Forming or JobPhase.Running or JobPhase.Pausing;
    /// <summary>Whether it trains no more unless its user says so.</summary>
    [IgnoreMember] public bool HasEnded => Phase.HasEnded();
    /// <summary>Whether nothing happens before somebody asks for it.</summary>
    [IgnoreMember] public bool IsIdle => Phase is JobPhase.Completed or JobPhase.Failed or JobPhase.Cancelled or JobPhase.Paused;
    /// <summary>Where the next world starts; null for a fresh start.</summary>
    [IgnoreMember] public Checkpoint? LastCheckpoint => Checkpoints.Count > 0 ? Checkpoints[^1] : null;
    /// <summary>Number of ranks of the latest world.</summary>
    [IgnoreMember] public int WorldSize => Workers.Count;

    /// <summary>The steps that are done when an epoch is.</summary>
    public long StepAfter(int epoch) => (Eras.LastOrDefault() ?? First).StepAfter(epoch);

    /// <summary>What it began with.</summary>
    [IgnoreMember] public DataReplaced First => Eras.FirstOrDefault() ?? new DataReplaced(0, 0, 0, StepsPerEpoch, Samples);

    /// <summary>What it looks like from outside.</summary>
    public JobView View() => new(
        JobId, Plan.Name, Phase, Phase == JobPhase.Queued ? Waiting ?? Error : Error, Generation, WorldSize,
        Math.Max(LiveStep, SavedStep), StepsPerEpoch == 0 ? 0 : StepAfter(Plan.Epochs), Plan.Epochs, History, Best?.Epoch, Result?.Test, Folder, Plan.Priority,
        Warning, LeftOut.Count == 0 ? null : [.. LeftOut.Select(node => node.Reason)]);

    /// <summary>The state after an event.</summary>
    public JobState Apply(IJobEvent change) => change switch
    {
        JobSubmitted e => this with { JobId = e.JobId, Spec = e.Spec, Folder = e.Folder, Plan = e.Plan, Until = e.Until, Trace = e.Trace, Phase = JobPhase.Queued },
        SlotsTaken e => this with { Slots = e.Slots },
        WorldFormed e => this with { Phase = JobPhase.Forming, Generation = e.Generation, Workers = e.Workers, Kept = KeptState.Of(Reports.Values), Reports = Empty.Reports, Waiting = null, SeeksOthers = false },
        WorldStarted e => StartAt(e.Step) with { Ledger = Ledger.With(e) },
        TrainingStarted e => this with { Phase = Phase == JobPhase.Forming ? JobPhase.Running : Phase, StepsPerEpoch = e.StepsPerEpoch, Classes = e.Classes, Samples = e.Samples, Skipped = e.Skipped },
        DataAgreed e => this with { Data = e.Data },
        DataReplaced e => this with { Eras = [.. Eras.Count == 0 ? [First] : Eras, e], StepsPerEpoch = e.StepsPerEpoch, Samples = e.Samples },
        NodeLeftOut e => this with { LeftOut = [.. LeftOut, e] },
        StepsCounted e => this with { Ledger = Ledger.With(e.Stretch) },
        WorldBroken e => this with { Restarts = e.Step > Ledger.StartOf(e.Generation) ? 0 : RestartsAfter(e.Lost), Error = e.Reason },
        CheckpointSaved e => With(e.Checkpoint) with { Restarts = 0, Error = null },
        CheckpointsDropped e => this with { Checkpoints = [.. Checkpoints.Where(checkpoint => !e.Names.Contains(checkpoint.Name))] },
        CheckpointDiscarded e => this with { Checkpoints = [.. Checkpoints.Where(checkpoint => checkpoint.Name != e.Name)], Error = e.Error },
        EpochCompleted e => With(e.Metrics) with { Restarts = 0, Error = null },
        PauseRequested => this with { Phase = JobPhase.Pausing },
        JobPaused => WithoutWorld() with { Phase = JobPhase.Paused },
        JobResumed e => WithoutWorld() with { Phase = JobPhase.Queued, Until = e.Until, Restarts = 0, Error = null, LeftOut = [], Seen = Empty.Seen, SeeksOthers = false, Data = e.AcceptsChangedData ? null : Data },
        WorldLost e => WithoutWorld() with { Phase = JobPhase.Queued, Restarts = RestartsAfter(e.Lost), Error = e.Reason },
        JobRequeued => WithoutWorld() with { Phase = JobPhase.Queued },
        JobWarned e => this with { Warning = e.Text },
        JobCompleted e => WithoutWorld() with { Phase = JobPhase.Completed, Result = e, SavedStep = e.Steps, Error = null },
        JobFailed e => WithoutWorld() with { Phase = JobPhase.Failed, Error = e.Error, Result = null },
        JobCancelled => WithoutWorld() with { Phase = JobPhase.Cancelled, Error = null },
        DataHeard e => this with { Seen = new Dictionary<string, DataSeen>(Seen) { [e.WorkerId] = e.Data } },
        OthersSought => this with { SeeksOthers = true },
        JobWaiting e => this with { Waiting = e.Why },
        RankReported e => this with { Reports = new Dictionary<int, IJobMessage>(Reports) { [e.Rank] = e.Report } },
        StepReached e => this with { LiveStep = e.Step },
        RegroupingNoted e => this with { Regrouping = e.Regrouping },
        OfferHeard e => this with { Offer = e.Offer },
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "not an event of a job"),
    };

    int RestartsAfter(IReadOnlyList<string>? lost) => lost is { Count: > 0 } ? Restarts : Restarts + 1;

    // Epochs after the starting point are trained again: their rows would stand for weights that are gone.
    JobState StartAt(long step) => this with { History = Rows(row => StepAfter(row.Epoch) <= step), KnownBest = null, SavedStep = step, LiveStep = 0 };

    JobState With(Checkpoint saved) => this with
    {
        Checkpoints = [.. Checkpoints.Where(known => known.Name != saved.Name).Append(saved).OrderBy(known => known.Step)],
        SavedStep = saved.Step,
    };

    JobState With(EpochMetrics row) => this with
    {
        History = Rows(known => known.Epoch < row.Epoch).Add(row),
        KnownBest = History.Count == 0 || History[^1].Epoch < row.Epoch ? Retention.Better(Best, row) : null,
        SavedStep = Math.Max(SavedStep, StepAfter(row.Epoch)),
    };

    // The first rows, as a list that shares them with the one before: an epoch costs the same however many there were.
    ImmutableList<EpochMetrics> Rows(Func<EpochMetrics, bool> stay)
    {
        var rows = History as ImmutableList<EpochMetrics> ?? [.. History];
        return rows.Count == 0 || stay(rows[^1]) ? rows : rows.RemoveAll(row => !stay(row));
    }

    JobState WithoutWorld() => this with { Slots = Empty.Slots, Reports = Empty.Reports, Kept = null, Regrouping = Regrouping.None, Offer = 0, Waiting = null, LiveStep = 0 };
}
