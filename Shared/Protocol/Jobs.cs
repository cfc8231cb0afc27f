using System.Collections.Immutable;
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
/// <param name="JobId">The job.</param>
/// <param name="Watcher">Who watches.</param>
/// <param name="NewsOnly">Whether views after the first may leave out the rows of the history that have been told: see <see cref="JobView.First"/>.</param>
[MessagePackObject, Manifest("job.watch")]
public sealed record WatchJob([property: Key(0)] string JobId, [property: Key(1)] IActorRef Watcher, [property: Key(2)] bool NewsOnly = false) : IJobMessage;

/// <summary>A command was taken.</summary>
[MessagePackObject, Manifest("job.accepted")]
public sealed record JobAccepted([property: Key(0)] string JobId) : IWire;

/// <summary>A command was not taken.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Reason">Why, in one line.</param>
/// <param name="IsUnknown">Whether there is no such job.</param>
/// <param name="IsForNow">Whether it may be taken later, as when the journal cannot be written.</param>
[MessagePackObject, Manifest("job.refused")]
public sealed record JobRefused(
    [property: Key(0)] string JobId,
    [property: Key(1)] string Reason,
    [property: Key(2)] bool IsUnknown = false,
    [property: Key(3)] bool IsForNow = false) : IWire;

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

/// <summary>What a job looks like from outside.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Name">What the run is called.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Why">Why it waits or failed.</param>
/// <param name="Generation">Number of its latest world.</param>
/// <param name="WorldSize">Ranks of that.</param>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="History">A row an epoch, from the one after <paramref name="First"/> on.</param>
/// <param name="BestEpoch">The best epoch.</param>
/// <param name="Test">The model on the test split.</param>
/// <param name="Folder">The run folder.</param>
/// <param name="Priority">Whose slots come first: the higher.</param>
/// <param name="Warning">The latest that its user should know, though it goes on; null for none.</param>
/// <param name="LeftOut">A line for each node that it does without, and why; null for none.</param>
/// <param name="First">How many rows of the history are left out, since who watches was told them: those that it has beyond are void.</param>
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
    [property: Key(15)] IReadOnlyList<string>? LeftOut = null,
    [property: Key(16)] int First = 0) : IWire
{
    /// <summary>The same to somebody who knows a history already: with the rows that are new.</summary>
    public JobView Since(IReadOnlyList<EpochMetrics> told)
    {
        var known = told.Count <= History.Count && (told.Count == 0 || told[^1] == History[told.Count - 1])
            ? told.Count
            : told.Zip(History).TakeWhile(pair => pair.Item1 == pair.Item2).Count();
        return known == 0 ? this : this with { First = known, History = (History as ImmutableList<EpochMetrics> ?? [.. History]).GetRange(known, History.Count - known) };
    }

    /// <summary>The whole again, by what was known before; null where that is not enough.</summary>
    public JobView? Onto(JobView? known)
    {
        if (First == 0) return this;
        if (known is null || known.History.Count < First) return null;
        var rows = known.History as ImmutableList<EpochMetrics> ?? [.. known.History];
        return this with { First = 0, History = rows.RemoveRange(First, rows.Count - First).AddRange(History) };
    }
}

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
