using Akka.Actor;
using MessagePack;

namespace Convoy.Shared.Protocol;

// Client -> job: SubmitJob, PauseJob, ResumeJob, CancelJob, GetJob, GetSteps, WatchJob.  Job -> client: JobAccepted | JobRefused, JobView, JobSteps.
// Job -> watcher: JobView at every change of state and every epoch, StepProgress or FeatureProgress a few times a second.

/// <summary>Start a job. Answered by <see cref="JobAccepted"/> or <see cref="JobRefused"/>.</summary>
/// <param name="JobId">Its id, chosen by the client.</param>
/// <param name="Spec">The resolved spec as canonical YAML: what travels and what is journalled, so that fields can be added.</param>
/// <param name="Folder">Where its run folder lies on the coordinator.</param>
/// <param name="Until">The epoch after which it pauses; null to train to the end.</param>
/// <param name="Priority">Whose slots come first: the higher.</param>
/// <param name="Owner">With whom it shares what is fair, such as a sweep; null for nobody.</param>
/// <param name="Trace">The <c>traceparent</c> of what submits it; null where nobody traces.</param>
/// <param name="Accepted">Whether its spec was accepted before, as a sweep's or a resumed run's: what is unknown in it is kept.</param>
[MessagePackObject, Manifest("job.submit")]
public sealed record SubmitJob(
    [property: Key(0)] string JobId,
    [property: Key(1)] string Spec,
    [property: Key(2)] string Folder,
    [property: Key(3)] int? Until = null,
    [property: Key(4)] int Priority = 0,
    [property: Key(5)] string? Owner = null,
    [property: Key(6)] string? Trace = null,
    [property: Key(7)] bool Accepted = false) : IJobMessage;

/// <summary>Stop after the current step, with a checkpoint.</summary>
[MessagePackObject, Manifest("job.pause")]
public sealed record PauseJob([property: Key(0)] string JobId) : IJobMessage;

/// <summary>Go on from the last checkpoint.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Until">The epoch after which it pauses; null to train to the end.</param>
/// <param name="AcceptsChangedData">Whether it may go on with other data than it began with, in a new epoch.</param>
[MessagePackObject, Manifest("job.resume")]
public sealed record ResumeJob([property: Key(0)] string JobId, [property: Key(1)] int? Until = null, [property: Key(2)] bool AcceptsChangedData = false) : IJobMessage;

/// <summary>End for good; what was saved stays.</summary>
[MessagePackObject, Manifest("job.cancel")]
public sealed record CancelJob([property: Key(0)] string JobId) : IJobMessage;

/// <summary>Ask for the job's <see cref="JobView"/>; a <see cref="JobRefused"/> where there is no such job.</summary>
[MessagePackObject, Manifest("job.get")]
public sealed record GetJob([property: Key(0)] string JobId) : IJobMessage;

/// <summary>Ask for what the job's steps came to. Answered by <see cref="JobSteps"/>, or by <see cref="JobRefused"/> where there is no such job.</summary>
[MessagePackObject, Manifest("job.getsteps")]
public sealed record GetSteps([property: Key(0)] string JobId) : IJobMessage;

/// <summary>Send the job's news to <paramref name="Watcher"/> until it stops; starts with a <see cref="JobView"/>.</summary>
[MessagePackObject, Manifest("job.watch")]
public sealed record WatchJob([property: Key(0)] string JobId, [property: Key(1)] IActorRef Watcher) : IJobMessage;

/// <summary>A command was taken.</summary>
[MessagePackObject, Manifest("job.accepted")]
public sealed record JobAccepted([property: Key(0)] string JobId) : IWire;

/// <summary>A command was not taken.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Reason">Why, in one line.</param>
/// <param name="IsUnknown">Whether there is no such job.</param>
[MessagePackObject, Manifest("job.refused")]
public sealed record JobRefused([property: Key(0)] string JobId, [property: Key(1)] string Reason, [property: Key(2)] bool IsUnknown = false) : IWire;

/// <summary>States of a job.</summary>
public enum JobPhase
{
    /// <summary>Waits for slots.</summary>
    Queued,
    /// <summary>Has slots; its replicas start.</summary>
    Forming,
    /// <summary>Trains.</summary>
    Running,
    /// <summary>Finishes the step and saves.</summary>
    Pausing,
    /// <summary>Saved; holds no slots.</summary>
    Paused,
    /// <summary>Trained to the end.</summary>
    Completed,
    /// <summary>Stopped by an error.</summary>
    Failed,
    /// <summary>Stopped by its user.</summary>
    Cancelled,
}

/// <summary>What a job looks like from outside. <c>LeftOut</c> has a line for each node that it does without, and why; null for none.</summary>
[MessagePackObject, Manifest("job.view")]
public sealed record JobView(
    [property: Key(0)] string JobId,
    [property: Key(1)] string Name,
    [property: Key(2)] JobPhase Phase,
    [property: Key(3)] string? Why,
    [property: Key(4)] int Generation,
    [property: Key(5)] int WorldSize,
    [property: Key(6)] long Step,
    [property: Key(7)] long TotalSteps,
    [property: Key(8)] int Epochs,
    [property: Key(9)] IReadOnlyList<EpochMetrics> History,
    [property: Key(10)] int? BestEpoch,
    [property: Key(11)] Metrics? Test,
    [property: Key(12)] string Folder,
    [property: Key(13)] int Priority = 0,
    [property: Key(14)] string? Warning = null,
    [property: Key(15)] IReadOnlyList<string>? LeftOut = null) : IWire;

/// <summary>Loss and accuracy over a number of samples.</summary>
[MessagePackObject]
public sealed record Metrics([property: Key(0)] double Loss, [property: Key(1)] double Accuracy, [property: Key(2)] long Samples);

/// <summary>One epoch's row of the history.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Over the epoch's training samples, while the weights moved.</param>
/// <param name="Validation">After the epoch; null where nothing is held out.</param>
/// <param name="Seconds">Training and validation together.</param>
/// <param name="ImagesPerSecond">Training alone, the whole world.</param>
/// <param name="BatchWait">Share of the training time that rank 0 waited for its batches, 0 to 1.</param>
[MessagePackObject]
public sealed record EpochMetrics(
    [property: Key(0)] int Epoch,
    [property: Key(1)] Metrics Train,
    [property: Key(2)] Metrics? Validation,
    [property: Key(3)] double Seconds,
    [property: Key(4)] double ImagesPerSecond,
    [property: Key(5)] double BatchWait = 0);

/// <summary>Where training stands within an epoch. Not journalled.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Generation">Of the world that reports.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="EpochStep">Steps done in this epoch.</param>
/// <param name="StepsPerEpoch">Steps in an epoch.</param>
/// <param name="Step">Steps done in all.</param>
/// <param name="Loss">Mean so far in this epoch.</param>
/// <param name="Accuracy">Mean so far in this epoch.</param>
/// <param name="ImagesPerSecond">Recent, the whole world.</param>
/// <param name="StepSeconds">Where the time of a recent step went on rank 0: the mean since the last report.</param>
[MessagePackObject, Manifest("job.progress")]
public sealed record StepProgress(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] int Epoch,
    [property: Key(3)] int EpochStep,
    [property: Key(4)] int StepsPerEpoch,
    [property: Key(5)] long Step,
    [property: Key(6)] double Loss,
    [property: Key(7)] double Accuracy,
    [property: Key(8)] double ImagesPerSecond,
    [property: Key(9)] StepSeconds StepSeconds) : IReplicaReport;

/// <summary>What a job's steps came to, by step: few enough points to draw, further apart the longer the training. Those of the epoch under way may be lost
/// with the coordinator.</summary>
[MessagePackObject, Manifest("job.steps")]
public sealed record JobSteps([property: Key(0)] IReadOnlyList<StepProgress> Steps) : IWire;

/// <summary>Where the time of a step goes on one replica, in seconds.</summary>
/// <param name="BatchWait">Waiting for its share of the batch.</param>
/// <param name="Forward">Forward pass and loss.</param>
/// <param name="Backward">Backward pass; with <c>gradients.overlap</c> most of the all-reduce is in it.</param>
/// <param name="AllReduce">Summing gradients over the world; this is also where it waits for slower ranks.</param>
/// <param name="Optimizer">Moving the weights.</param>
[MessagePackObject]
public readonly record struct StepSeconds(
    [property: Key(0)] double BatchWait,
    [property: Key(1)] double Forward,
    [property: Key(2)] double Backward,
    [property: Key(3)] double AllReduce,
    [property: Key(4)] double Optimizer)
{
    /// <summary>All of them.</summary>
    [IgnoreMember] public double Total => BatchWait + Forward + Backward + AllReduce + Optimizer;

    /// <summary>Phase by phase.</summary>
    public static StepSeconds operator +(StepSeconds one, StepSeconds other) =>
        new(one.BatchWait + other.BatchWait, one.Forward + other.Forward, one.Backward + other.Backward, one.AllReduce + other.AllReduce, one.Optimizer + other.Optimizer);

    /// <summary>Phase by phase.</summary>
    public static StepSeconds operator *(StepSeconds one, double factor) =>
        new(one.BatchWait * factor, one.Forward * factor, one.Backward * factor, one.AllReduce * factor, one.Optimizer * factor);

    /// <summary>Phase by phase: the mean of so many steps' sum.</summary>
    public static StepSeconds operator /(StepSeconds sum, int count) => sum * (1.0 / count);
}

/// <summary>How far the model's base, which is frozen, has come with the pictures that it runs over once. Not journalled.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Generation">Of the world that reports.</param>
/// <param name="Done">Pictures done, of the whole world.</param>
/// <param name="Total">Pictures in all.</param>
[MessagePackObject, Manifest("job.features")]
public sealed record FeatureProgress(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] int Done,
    [property: Key(3)] int Total) : IReplicaReport;
