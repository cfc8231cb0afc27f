using Akka.Actor;
using Convoy.Shared.Sweeps;
using MessagePack;

namespace Convoy.Shared.Protocol;

// Client -> sweep: SubmitSweep, PauseSweep, ResumeSweep, CancelSweep, GetSweep, GetTrials, WatchSweep.
// Sweep -> client: SweepAccepted | SweepRefused, SweepView, TrialList.  Sweep -> watcher: SweepView, a few times a second where something changed.
// Sweep -> job: what a client says.

/// <summary>A message to one sweep, routed by its id through the shard region.</summary>
public interface ISweepMessage : IWire
{
    /// <summary>The sweep's id: the entity of the shard region.</summary>
    string SweepId { get; }
}

/// <summary>Start a sweep. Answered by <see cref="SweepAccepted"/> or <see cref="SweepRefused"/>.</summary>
/// <param name="SweepId">Its id, chosen by the client.</param>
/// <param name="Spec">The resolved sweep as canonical YAML.</param>
/// <param name="Folder">Where its folder lies on the coordinator.</param>
/// <param name="Priority">Whose slots come first: the higher.</param>
/// <param name="Trace">The <c>traceparent</c> of what submits it; null where nobody traces.</param>
[MessagePackObject, Manifest("sweep.submit")]
public sealed record SubmitSweep(
    [property: Key(0)] string SweepId,
    [property: Key(1)] string Spec,
    [property: Key(2)] string Folder,
    [property: Key(3)] int Priority = 0,
    [property: Key(4)] string? Trace = null) : ISweepMessage;

/// <summary>Have its trials stop after their steps, with checkpoints, and start none.</summary>
[MessagePackObject, Manifest("sweep.pause")]
public sealed record PauseSweep([property: Key(0)] string SweepId) : ISweepMessage;

/// <summary>Go on.</summary>
[MessagePackObject, Manifest("sweep.resume")]
public sealed record ResumeSweep([property: Key(0)] string SweepId) : ISweepMessage;

/// <summary>End for good; results stay.</summary>
[MessagePackObject, Manifest("sweep.cancel")]
public sealed record CancelSweep([property: Key(0)] string SweepId) : ISweepMessage;

/// <summary>Ask for the <see cref="SweepView"/>; a <see cref="SweepRefused"/> where there is no such sweep.</summary>
[MessagePackObject, Manifest("sweep.get")]
public sealed record GetSweep([property: Key(0)] string SweepId) : ISweepMessage;

/// <summary>Ask for some of its trials, by number. Answered by <see cref="TrialList"/>.</summary>
[MessagePackObject, Manifest("sweep.get-trials")]
public sealed record GetTrials([property: Key(0)] string SweepId, [property: Key(1)] int First, [property: Key(2)] int Count) : ISweepMessage;

/// <summary>Send the sweep's news to <paramref name="Watcher"/> until it stops; starts with a <see cref="SweepView"/>.</summary>
[MessagePackObject, Manifest("sweep.watch")]
public sealed record WatchSweep([property: Key(0)] string SweepId, [property: Key(1)] IActorRef Watcher) : ISweepMessage;

/// <summary>A command was taken.</summary>
[MessagePackObject, Manifest("sweep.accepted")]
public sealed record SweepAccepted([property: Key(0)] string SweepId) : IWire;

/// <summary>A command was not taken.</summary>
/// <param name="SweepId">The sweep.</param>
/// <param name="Reason">Why, in one line.</param>
/// <param name="IsForNow">Whether it may be taken later, as when the journal cannot be written.</param>
[MessagePackObject, Manifest("sweep.refused")]
public sealed record SweepRefused([property: Key(0)] string SweepId, [property: Key(1)] string Reason, [property: Key(2)] bool IsForNow = false) : IWire;

/// <summary>States of a sweep.</summary>
public enum SweepPhase
{
    /// <summary>Trials train, or wait for slots.</summary>
    Running,
    /// <summary>Its trials finish their steps and save.</summary>
    Pausing,
    /// <summary>Holds no slots and waits for its user.</summary>
    Paused,
    /// <summary>Ends its trials and writes its results.</summary>
    Closing,
    /// <summary>Done.</summary>
    Completed,
    /// <summary>No trial could be trained.</summary>
    Failed,
    /// <summary>Stopped by its user.</summary>
    Cancelled,
}

/// <summary>States of a trial.</summary>
public enum TrialPhase
{
    /// <summary>Trains, or waits to, up to an epoch.</summary>
    Running,
    /// <summary>Has come to that epoch; may be asked to go on.</summary>
    Paused,
    /// <summary>Trained to the end.</summary>
    Completed,
    /// <summary>Ended early, its result kept.</summary>
    Stopped,
    /// <summary>Ended by an error.</summary>
    Failed,
}

/// <summary>What a trial looks like from outside.</summary>
/// <param name="Number">From 0.</param>
/// <param name="JobId">The job that trains it.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Settings">Its parameters.</param>
/// <param name="Objective">The best of its epochs; null before the first, and where it was no number.</param>
/// <param name="BestEpoch">Which that was.</param>
/// <param name="Epochs">Trained.</param>
/// <param name="Until">To which epoch it may train.</param>
/// <param name="Seconds">Of training and validation.</param>
/// <param name="DeviceSeconds">The same times the replicas.</param>
/// <param name="Why">Why it ended; null where it did not, or as planned.</param>
/// <param name="Test">Its model on the test split; null where there is none, or before the end.</param>
[MessagePackObject]
public sealed record TrialView(
    [property: Key(0)] int Number,
    [property: Key(1)] string JobId,
    [property: Key(2)] TrialPhase Phase,
    [property: Key(3)] IReadOnlyList<Setting> Settings,
    [property: Key(4)] double? Objective,
    [property: Key(5)] int? BestEpoch,
    [property: Key(6)] int Epochs,
    [property: Key(7)] int Until,
    [property: Key(8)] double Seconds,
    [property: Key(9)] double DeviceSeconds,
    [property: Key(10)] string? Why,
    [property: Key(11)] Metrics? Test);

/// <summary>Some trials of a sweep, by number.</summary>
/// <param name="SweepId">The sweep.</param>
/// <param name="Count">How many it has in all.</param>
/// <param name="Trials">Those asked for.</param>
[MessagePackObject, Manifest("sweep.trials")]
public sealed record TrialList([property: Key(0)] string SweepId, [property: Key(1)] int Count, [property: Key(2)] IReadOnlyList<TrialView> Trials) : IWire;

/// <summary>How many trials there are of which kind.</summary>
[MessagePackObject]
public sealed record TrialCounts(
    [property: Key(0)] int All,
    [property: Key(1)] int Running,
    [property: Key(2)] int Paused,
    [property: Key(3)] int Completed,
    [property: Key(4)] int Stopped,
    [property: Key(5)] int Failed);

/// <summary>What a sweep has cost, or may.</summary>
/// <param name="Trials">How many.</param>
/// <param name="Epochs">Of all trials together.</param>
/// <param name="Seconds">While it ran.</param>
/// <param name="DeviceSeconds">Of training and validation, times the replicas.</param>
[MessagePackObject]
public sealed record SweepCost(
    [property: Key(0)] int? Trials,
    [property: Key(1)] long? Epochs,
    [property: Key(2)] double? Seconds,
    [property: Key(3)] double? DeviceSeconds = null);

/// <summary>What a sweep looks like from outside. Of many trials only those that matter now; the others are in its folder.</summary>
/// <param name="SweepId">The sweep.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Why">Why it ended, or what it waits for.</param>
/// <param name="Metric">The objective: a column of <c>history.csv</c>.</param>
/// <param name="Counts">Its trials.</param>
/// <param name="Spent">So far.</param>
/// <param name="Limits">Null where there are none.</param>
/// <param name="Best">The best trial; null before the first epoch.</param>
/// <param name="Leaders">The best, best first.</param>
/// <param name="Running">Those that train.</param>
/// <param name="Ended">The latest that ended early or by an error, latest first.</param>
/// <param name="Folder">Where its results lie.</param>
/// <param name="Parallel">Most trials at a time.</param>
/// <param name="Priority">Whose slots come first: the higher.</param>
[MessagePackObject, Manifest("sweep.view")]
public sealed record SweepView(
    [property: Key(0)] string SweepId,
    [property: Key(1)] string Name,
    [property: Key(2)] SweepPhase Phase,
    [property: Key(3)] string? Why,
    [property: Key(4)] string Metric,
    [property: Key(5)] TrialCounts Counts,
    [property: Key(6)] SweepCost Spent,
    [property: Key(7)] SweepCost Limits,
    [property: Key(8)] TrialView? Best,
    [property: Key(9)] IReadOnlyList<TrialView> Leaders,
    [property: Key(10)] IReadOnlyList<TrialView> Running,
    [property: Key(11)] IReadOnlyList<TrialView> Ended,
    [property: Key(12)] string Folder,
    [property: Key(13)] int Parallel,
    [property: Key(14)] int Priority = 0) : IWire
{
    /// <summary>Whether nothing more will happen.</summary>
    [IgnoreMember] public bool HasEnded => Phase is SweepPhase.Completed or SweepPhase.Failed or SweepPhase.Cancelled;
}
