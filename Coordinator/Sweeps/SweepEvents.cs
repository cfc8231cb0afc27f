using Convoy.Shared.Protocol;
using Convoy.Shared.Sweeps;
using MessagePack;

namespace Convoy.Coordinator.Sweeps;

/// <summary>Something that changes a <see cref="SweepState"/>.</summary>
public interface ISweepEvent;

/// <summary>An event that goes into the journal. Its manifest and keys never change.</summary>
public interface ISweepJournalled : ISweepEvent, IWire;

/// <summary>A client submitted the sweep.</summary>
[MessagePackObject, Manifest("sweep.submitted")]
public sealed record SweepSubmitted(
    [property: Key(0)] string SweepId,
    [property: Key(1)] string Spec,
    [property: Key(2)] string Folder,
    [property: Key(3)] SweepPlan Plan,
    [property: Key(4)] string? Trace = null) : ISweepJournalled;

/// <summary>A trial begins.</summary>
/// <param name="Trial">Its number: that of trials before it.</param>
/// <param name="Values">Its parameters.</param>
/// <param name="Key">What its training spec is recognised by.</param>
/// <param name="Until">The epoch it may train to.</param>
/// <param name="Bracket">Which of its strategy's brackets it belongs to.</param>
[MessagePackObject, Manifest("sweep.trial-started")]
public sealed record TrialStarted(
    [property: Key(0)] int Trial,
    [property: Key(1)] Assignment Values,
    [property: Key(2)] string Key,
    [property: Key(3)] int Until,
    [property: Key(4)] int Bracket) : ISweepJournalled;

/// <summary>A paused trial goes on.</summary>
[MessagePackObject, Manifest("sweep.trial-continued")]
public sealed record TrialContinued([property: Key(0)] int Trial, [property: Key(1)] int Until) : ISweepJournalled;

/// <summary>A trial has trained an epoch.</summary>
/// <param name="Trial">Which.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Score">The objective, turned so that more is better.</param>
/// <param name="Seconds">Of training and validation.</param>
/// <param name="Replicas">That trained it.</param>
/// <param name="Active">Seconds that the sweep has run in all.</param>
[MessagePackObject, Manifest("sweep.trial-reported")]
public sealed record TrialReported(
    [property: Key(0)] int Trial,
    [property: Key(1)] int Epoch,
    [property: Key(2)] double Score,
    [property: Key(3)] double Seconds,
    [property: Key(4)] int Replicas,
    [property: Key(5)] double Active) : ISweepJournalled;

/// <summary>A trial has come to the epoch it was to.</summary>
[MessagePackObject, Manifest("sweep.trial-paused")]
public sealed record TrialPaused([property: Key(0)] int Trial) : ISweepJournalled;

/// <summary>A trial was trained to the end.</summary>
[MessagePackObject, Manifest("sweep.trial-completed")]
public sealed record TrialCompleted([property: Key(0)] int Trial, [property: Key(1)] Metrics? Test) : ISweepJournalled;

/// <summary>A trial ends early; its result stays.</summary>
[MessagePackObject, Manifest("sweep.trial-stopped")]
public sealed record TrialStopped([property: Key(0)] int Trial, [property: Key(1)] string Why) : ISweepJournalled;

/// <summary>A trial's job failed, after whatever it tried to go on.</summary>
[MessagePackObject, Manifest("sweep.trial-failed")]
public sealed record TrialFailed([property: Key(0)] int Trial, [property: Key(1)] string Error) : ISweepJournalled;

/// <summary>The job of a trial that ended early does nothing any more, nor ever will.</summary>
[MessagePackObject, Manifest("sweep.trial-closed")]
public sealed record TrialClosed([property: Key(0)] int Trial) : ISweepJournalled;

/// <summary>Its trials are asked to stop with checkpoints.</summary>
[MessagePackObject, Manifest("sweep.pause-requested")]
public sealed record SweepPauseRequested([property: Key(0)] string SweepId) : ISweepJournalled;

/// <summary>All its trials rest.</summary>
/// <param name="Active">Seconds that the sweep has run in all.</param>
[MessagePackObject, Manifest("sweep.paused")]
public sealed record SweepPaused([property: Key(0)] double Active) : ISweepJournalled;

/// <summary>It has run for a while and no trial has told of an epoch: its time counts all the same.</summary>
/// <param name="Active">Seconds that the sweep has run in all.</param>
[MessagePackObject, Manifest("sweep.ran")]
public sealed record SweepRan([property: Key(0)] double Active) : ISweepJournalled;

/// <summary>The user lets it go on.</summary>
[MessagePackObject, Manifest("sweep.resumed")]
public sealed record SweepResumed([property: Key(0)] string SweepId) : ISweepJournalled;

/// <summary>No trial trains any more; their jobs are ended and the results written.</summary>
/// <param name="Outcome">What it then is.</param>
/// <param name="Why">In one line.</param>
/// <param name="Active">Seconds that the sweep has run in all.</param>
[MessagePackObject, Manifest("sweep.closing")]
public sealed record SweepClosing([property: Key(0)] SweepPhase Outcome, [property: Key(1)] string Why, [property: Key(2)] double Active) : ISweepJournalled;

/// <summary>The results are written.</summary>
[MessagePackObject, Manifest("sweep.ended")]
public sealed record SweepEnded([property: Key(0)] string SweepId) : ISweepJournalled;

// What a restarted process would find out anew: applied, never journalled.

/// <summary>A running trial's job has paused before the epoch that it may train to.</summary>
sealed record TrialRests(int Trial) : ISweepEvent;
