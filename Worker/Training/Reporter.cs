using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;

namespace Convoy.Worker.Training;

/// <summary>What a replica tells its job. Rank 0 speaks for the world where all ranks know the same.</summary>
public sealed class Reporter(World world, int rank, Action<IJobMessage> tell, TimeProvider time)
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    readonly long _started = time.GetTimestamp();
    long _last = time.GetTimestamp();
    double _samplesAtLast;
    (StepSeconds Sum, int Count) _steps; // since the last report

    /// <summary>Of the world.</summary>
    public int Generation => world.Generation;

    /// <summary>Of the world.</summary>
    public string JobId => world.JobId;

    /// <summary>The replica starts to train.</summary>
    public void Ready(int stepsPerEpoch, TrainingState state, DatasetCard data, ulong digest) => tell(new ReplicaReady(
        world.JobId, world.Generation, rank, stepsPerEpoch, state.Step, data.Classes, data.CountOf(Split.Train), data.Skipped.Count == 0 ? null : data.Skipped,
        digest, state.Origin.Epoch, state.Origin.Step));

    /// <summary>A step is done; told a few times a second.</summary>
    public void Progress(int epoch, int epochStep, int stepsPerEpoch, TrainingState state, StepSeconds seconds)
    {
        _steps = (_steps.Sum + seconds, _steps.Count + 1);
        if (rank != 0 || (time.GetElapsedTime(_last) < Interval && epochStep < stepsPerEpoch)) return;
        var samples = state.Epoch.Samples - (state.Epoch.Samples < _samplesAtLast ? 0 : _samplesAtLast);
        var rate = samples / Math.Max(time.GetElapsedTime(_last).TotalSeconds, 1e-6);
        (_last, _samplesAtLast) = (time.GetTimestamp(), state.Epoch.Samples);
        var mean = state.Epoch.ToMetrics();
        tell(new StepProgress(world.JobId, world.Generation, epoch, epochStep, stepsPerEpoch, state.Step, mean.Loss, mean.Accuracy, rate, _steps.Sum / _steps.Count));
        _steps = default;
    }

    /// <summary>A frozen base has come this far with the pictures; told a few times a second.</summary>
    public void Features(int done, int total)
    {
        if (rank != 0 || (time.GetElapsedTime(_last) < Interval && done < total)) return;
        _last = time.GetTimestamp();
        tell(new FeatureProgress(world.JobId, world.Generation, done, total));
    }

    /// <summary>An epoch is done. Told before its checkpoint: a world that dies between the two repeats the epoch and tells it again, the same.</summary>
    public void Epoch(long step, EpochMetrics metrics)
    {
        (_last, _samplesAtLast) = (time.GetTimestamp(), 0);
        if (rank == 0) tell(new EpochFinished(world.JobId, world.Generation, step, metrics));
    }

    /// <summary>A checkpoint is stored.</summary>
    public void Saved(Artifact file, long step, int epoch, bool epochEnd) =>
        tell(new CheckpointWritten(world.JobId, world.Generation, step, epoch, file.Name, file.Sha256, file.Bytes, epochEnd));

    /// <summary>The world stopped after this step, as asked.</summary>
    public void Paused(long step) => tell(new ReplicaPaused(world.JobId, world.Generation, rank, step));

    /// <summary>The world stopped after this step to regroup.</summary>
    public void Held(long step, ulong digest) => tell(new ReplicaHeld(world.JobId, world.Generation, rank, step, digest));

    /// <summary>What was done so far, again.</summary>
    public void Past(int stepsPerEpoch, TrainingState state)
    {
        if (rank != 0) return;
        foreach (var stretch in state.Stretches) Committed(stretch);
        foreach (var metrics in state.History)
            tell(new EpochFinished(world.JobId, world.Generation, Math.Min(state.Step, state.Origin.StepAfter(metrics.Epoch, stepsPerEpoch)), metrics));
    }

    /// <summary>A world counted these steps of an epoch.</summary>
    public void Committed(Stretch stretch) =>
        tell(new StepsCommitted(world.JobId, stretch.Generation, stretch.Epoch, stretch.First, stretch.Count, stretch.Samples));

    /// <summary>The world broke; this rank stands after this step.</summary>
    public void PeerLost(long step, ulong digest, string error, int? unreachable = null) => tell(new PeerLost(world.JobId, world.Generation, rank, step, error, digest, unreachable));

    /// <summary>Something that its user should know.</summary>
    public void Warned(string text) => tell(new ReplicaWarned(world.JobId, world.Generation, rank, text));

    /// <summary>Trained to the end.</summary>
    public void Finished(long step, Metrics? test, string selected) =>
        tell(new ReplicaFinished(world.JobId, world.Generation, rank, step, test, selected, time.GetElapsedTime(_started).TotalSeconds));

    /// <summary>Ended with an error.</summary>
    public void Failed(string error, bool fatal, string? damaged = null, bool ofNode = false) => tell(new ReplicaFailed(world.JobId, world.Generation, rank, error, fatal, damaged, ofNode));

    /// <summary>What this rank sees of the data; told before it joins its world.</summary>
    public void Sees(IDataFeed data) => tell(new ReplicaPrepared(world.JobId, world.Members[rank].WorkerId, data.Card.Seen, null, data.LeftOut.Count == 0 ? null : data.LeftOut));
}
