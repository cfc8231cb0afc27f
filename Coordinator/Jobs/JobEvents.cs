using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using MessagePack;

namespace Convoy.Coordinator.Jobs;

/// <summary>Something that changes a <see cref="JobState"/>.</summary>
public interface IJobEvent;

/// <summary>An event that goes into the journal. Its manifest and keys never change.</summary>
public interface IJournalled : IJobEvent, IWire;

/// <summary>A client submitted the job.</summary>
[MessagePackObject, Manifest("job.submitted")]
public sealed record JobSubmitted(
    [property: Key(0)] string JobId,
    [property: Key(1)] string Spec,
    [property: Key(2)] string Folder,
    [property: Key(3)] JobPlan Plan,
    [property: Key(4)] int? Until = null,
    [property: Key(5)] string? Trace = null) : IJournalled;

/// <summary>A world of this many ranks starts: with the weights that any of them has in memory, else from the checkpoint.</summary>
/// <param name="Generation">Its number.</param>
/// <param name="Workers">The worker of every rank.</param>
/// <param name="Checkpoint">Where it starts if no rank has anything in memory; null for a fresh start.</param>
[MessagePackObject, Manifest("job.world-formed")]
public sealed record WorldFormed(
    [property: Key(0)] int Generation,
    [property: Key(1)] IReadOnlyList<string> Workers,
    [property: Key(2)] string? Checkpoint) : IJournalled;

/// <summary>Every rank is ready.</summary>
[MessagePackObject, Manifest("job.training-started")]
public sealed record TrainingStarted(
    [property: Key(0)] int Generation,
    [property: Key(1)] int StepsPerEpoch,
    [property: Key(2)] IReadOnlyList<string> Classes,
    [property: Key(3)] long Step,
    [property: Key(4)] int Samples = 0,
    [property: Key(5)] IReadOnlyList<string>? Skipped = null) : IJournalled;

/// <summary>A world's first word: it trains from this step on. What earlier ones did beyond is void.</summary>
[MessagePackObject, Manifest("job.world-started")]
public sealed record WorldStarted([property: Key(0)] int Generation, [property: Key(1)] long Step) : IJournalled;

/// <summary>A world lost some of its ranks; the next one goes on with the weights of those that are left.</summary>
/// <param name="Generation">Of the world.</param>
/// <param name="Reason">What was heard of it first.</param>
/// <param name="Step">The furthest that it is known to have come.</param>
/// <param name="Lost">Workers that were gone or silent: then it is no fault of the job's own. Null where all its ranks live.</param>
[MessagePackObject, Manifest("job.world-broken")]
public sealed record WorldBroken(
    [property: Key(0)] int Generation,
    [property: Key(1)] string Reason,
    [property: Key(2)] long Step,
    [property: Key(3)] IReadOnlyList<string>? Lost = null) : IJournalled;

/// <summary>Every rank sees this data. A node that sees other data later is left out.</summary>
[MessagePackObject, Manifest("job.data-agreed")]
public sealed record DataAgreed([property: Key(0)] DataSeen Data) : IJournalled;

/// <summary>The training goes over to other data with a new epoch.</summary>
/// <param name="Generation">The first world on it.</param>
/// <param name="Epoch">Epochs done before.</param>
/// <param name="Step">Steps done before.</param>
/// <param name="StepsPerEpoch">Of epochs from here on.</param>
/// <param name="Samples">Training samples from here on.</param>
[MessagePackObject, Manifest("job.data-replaced")]
public sealed record DataReplaced(
    [property: Key(0)] int Generation,
    [property: Key(1)] int Epoch,
    [property: Key(2)] long Step,
    [property: Key(3)] int StepsPerEpoch,
    [property: Key(4)] int Samples) : IJournalled
{
    /// <summary>The steps that are done when an epoch is, as if all had had as many as those from here on.</summary>
    public long StepAfter(int epoch) => Step + (long)(epoch - Epoch) * StepsPerEpoch;
}

/// <summary>The job goes on without a node until its user resumes it.</summary>
/// <param name="Node">A worker's id, or an augmenter's address.</param>
/// <param name="Reason">Why, in one line that names the node.</param>
[MessagePackObject, Manifest("job.node-left-out")]
public sealed record NodeLeftOut([property: Key(0)] string Node, [property: Key(1)] string Reason) : IJournalled;

/// <summary>A world said which steps it committed.</summary>
[MessagePackObject, Manifest("job.steps-counted")]
public sealed record StepsCounted([property: Key(0)] Stretch Stretch) : IJournalled;

/// <summary>A checkpoint lies in the artifact store.</summary>
[MessagePackObject, Manifest("job.checkpoint-saved")]
public sealed record CheckpointSaved([property: Key(0)] Checkpoint Checkpoint) : IJournalled;

/// <summary>Checkpoints that need not be kept any longer.</summary>
[MessagePackObject, Manifest("job.checkpoints-dropped")]
public sealed record CheckpointsDropped([property: Key(0)] IReadOnlyList<string> Names) : IJournalled;

/// <summary>A checkpoint could not be read; the job goes back to the one before.</summary>
[MessagePackObject, Manifest("job.checkpoint-discarded")]
public sealed record CheckpointDiscarded([property: Key(0)] string Name, [property: Key(1)] string Error) : IJournalled;

/// <summary>An epoch is done.</summary>
[MessagePackObject, Manifest("job.epoch-completed")]
public sealed record EpochCompleted([property: Key(0)] EpochMetrics Metrics) : IJournalled;

/// <summary>The world is asked to stop with a checkpoint.</summary>
[MessagePackObject, Manifest("job.pause-requested")]
public sealed record PauseRequested([property: Key(0)] int Generation) : IJournalled;

/// <summary>The job holds no slots and waits for its user.</summary>
[MessagePackObject, Manifest("job.paused")]
public sealed record JobPaused([property: Key(0)] string? Checkpoint) : IJournalled;

/// <summary>The user lets the job go on.</summary>
[MessagePackObject, Manifest("job.resumed")]
public sealed record JobResumed([property: Key(0)] string? Checkpoint, [property: Key(1)] int? Until = null, [property: Key(2)] bool AcceptsChangedData = false) : IJournalled;

/// <summary>A world is gone with what it had in memory; the next one starts from the last checkpoint.</summary>
/// <param name="Generation">Of the world.</param>
/// <param name="Reason">Why.</param>
/// <param name="Lost">Workers that are gone: then it is no fault of the job's own. Null where none is.</param>
[MessagePackObject, Manifest("job.world-lost")]
public sealed record WorldLost(
    [property: Key(0)] int Generation,
    [property: Key(1)] string Reason,
    [property: Key(2)] IReadOnlyList<string>? Lost = null) : IJournalled;

/// <summary>The job lost its world without a fault of the world's own (the coordinator was restarted, or too few were left when a worker said that it leaves); it asks for slots again.</summary>
[MessagePackObject, Manifest("job.requeued")]
public sealed record JobRequeued([property: Key(0)] int Generation) : IJournalled;

/// <summary>Something that the job goes on in spite of, and that its user should know.</summary>
[MessagePackObject, Manifest("job.warned")]
public sealed record JobWarned([property: Key(0)] int Generation, [property: Key(1)] string Text) : IJournalled;

/// <summary>Trained to the end.</summary>
/// <param name="Test">The model on the test split; null where there is none.</param>
/// <param name="Selected">The checkpoint whose weights are the model.</param>
/// <param name="Steps">Steps done in all.</param>
/// <param name="Seconds">Training and validation, over all epochs.</param>
[MessagePackObject, Manifest("job.completed")]
public sealed record JobCompleted(
    [property: Key(0)] Metrics? Test,
    [property: Key(1)] string Selected,
    [property: Key(2)] long Steps,
    [property: Key(3)] double Seconds) : IJournalled;

/// <summary>Stopped by an error.</summary>
[MessagePackObject, Manifest("job.failed")]
public sealed record JobFailed([property: Key(0)] string Error) : IJournalled;

/// <summary>Stopped by its user, for good.</summary>
[MessagePackObject, Manifest("job.cancelled")]
public sealed record JobCancelled([property: Key(0)] string JobId) : IJournalled;

// What a restarted process would find out anew: applied, never journalled.

/// <summary>The slots of the world that forms.</summary>
sealed record SlotsTaken(IReadOnlyList<Slot> Slots) : IJobEvent;

/// <summary>A worker said what it sees of the data.</summary>
sealed record DataHeard(string WorkerId, DataSeen Data) : IJobEvent;

/// <summary>The job has just been left with too few workers by leaving some out: it fails where no others are there.</summary>
sealed record OthersSought : IJobEvent;

/// <summary>The scheduler says why the job waits.</summary>
sealed record JobWaiting(string Why) : IJobEvent;

/// <summary>A rank reported that it is ready, waits for the next world, has paused or has finished.</summary>
sealed record RankReported(int Rank, IJobMessage Report) : IJobEvent;

/// <summary>What is under way towards the next world.</summary>
sealed record RegroupingNoted(Regrouping Regrouping) : IJobEvent;

/// <summary>An offer of the scheduler was heard.</summary>
sealed record OfferHeard(int Offer) : IJobEvent;

/// <summary>Training moved on.</summary>
sealed record StepReached(long Step) : IJobEvent;
