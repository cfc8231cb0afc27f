namespace Convoy.Coordinator.Jobs;

/// <summary>Something that happened to a job.</summary>
/// <param name="Number">Its place in the job's journal, from 1.</param>
/// <param name="Time">When it was journalled.</param>
/// <param name="Kind">What it was, for programs.</param>
/// <param name="Text">What it was, for people.</param>
/// <param name="Generation">The world it speaks of.</param>
/// <param name="WorldSize">The ranks of the world that it began; 0 where it ended one.</param>
/// <param name="Step">The step that it speaks of.</param>
public sealed record TimelineEvent(long Number, DateTimeOffset Time, string Kind, string Text, int? Generation = null, int? WorldSize = null, long? Step = null);

/// <summary>A job's events, oldest first.</summary>
public sealed record JobTimeline(IReadOnlyList<TimelineEvent> Events)
{
    /// <summary>What an event tells people; null where it is for programs only.</summary>
    public static TimelineEvent? Of(long number, DateTimeOffset time, IJournalled change)
    {
        TimelineEvent At(string kind, string text) => new(number, time, kind, text);
        return change switch
        {
            JobSubmitted => At("submitted", "submitted"),
            WorldFormed e => At("world_formed", $"world {e.Generation} forms on {string.Join(", ", e.Workers.GroupBy(worker => worker).Select(group => group.Count() == 1 ? group.Key : $"{group.Key} ({group.Count()})"))}") with { Generation = e.Generation, WorldSize = e.Workers.Count },
            TrainingStarted e => At("training_started", FormattableString.Invariant($"every rank of world {e.Generation} is ready; {e.Samples:N0} samples, {e.StepsPerEpoch:N0} steps an epoch")) with { Generation = e.Generation, Step = e.Step },
            WorldStarted e => At("world_started", FormattableString.Invariant($"world {e.Generation} trains from step {e.Step:N0} on")) with { Generation = e.Generation, Step = e.Step },
            WorldBroken e => At("world_broken", FormattableString.Invariant($"world {e.Generation} lost ranks at step {e.Step:N0}: {e.Reason}")) with { Generation = e.Generation, Step = e.Step },
            WorldLost e => At("world_lost", $"world {e.Generation} is gone, the next starts from a checkpoint: {e.Reason}") with { Generation = e.Generation, WorldSize = 0 },
            DataAgreed e => At("data_agreed", FormattableString.Invariant($"trains on {e.Data.Pictures:N0} pictures of {e.Data.Classes.Count:N0} classes, digest {e.Data.ShortDigest}")),
            NodeLeftOut e => At("node_left_out", $"goes on without one: {e.Reason}"),
            CheckpointSaved e => At("checkpoint_saved", FormattableString.Invariant($"checkpoint saved at step {e.Checkpoint.Step:N0}")) with { Step = e.Checkpoint.Step },
            CheckpointDiscarded e => At("checkpoint_discarded", $"checkpoint {e.Name} could not be read: {e.Error}"),
            EpochCompleted e => At("epoch_completed", FormattableString.Invariant($"epoch {e.Metrics.Epoch} done in {e.Metrics.Seconds:F1} s")),
            PauseRequested e => At("pause_requested", "asked to pause") with { Generation = e.Generation },
            JobPaused => At("paused", "paused; holds no slots") with { WorldSize = 0 },
            JobResumed e => At("resumed", $"resumed{(e.Until is { } until ? $", up to epoch {until}" : "")}{(e.AcceptsChangedData ? ", on the data as it is now" : "")}"),
            DataReplaced e => At("data_replaced", FormattableString.Invariant($"the data has changed: epoch {e.Epoch + 1} begins on it at step {e.Step:N0}, with {e.Samples:N0} samples, {e.StepsPerEpoch:N0} steps an epoch")) with { Generation = e.Generation, Step = e.Step },
            JobRequeued e => At("requeued", $"world {e.Generation} ended without a fault of its own; waits for slots again") with { Generation = e.Generation, WorldSize = 0 },
            JobWarned e => At("warned", $"warning: {e.Text}") with { Generation = e.Generation },
            JobCompleted e => At("completed", FormattableString.Invariant($"completed after {e.Steps:N0} steps")) with { WorldSize = 0, Step = e.Steps },
            JobFailed e => At("failed", $"failed: {e.Error}") with { WorldSize = 0 },
            JobCancelled => At("cancelled", "cancelled") with { WorldSize = 0 },
            _ => null,
        };
    }
}
