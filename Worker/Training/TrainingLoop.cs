using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Checkpoints;
using Convoy.Worker.Gradients;

namespace Convoy.Worker.Training;

/// <summary>Training cannot go on, and trying again would not help.</summary>
public sealed class TrainingException(string message) : Exception(message);

/// <summary>What a replica hears from outside, between steps.</summary>
public sealed class ReplicaControl : IDisposable
{
    readonly CancellationTokenSource _abort = new();
    volatile bool _pause;

    /// <summary>Ends at once.</summary>
    public CancellationToken Aborted => _abort.Token;
    /// <summary>Whether the world should stop after a step.</summary>
    public bool PauseRequested => _pause;
    /// <summary>Asks the world to stop after the step under way.</summary>
    public void Pause() => _pause = true;
    /// <summary>Ends this replica.</summary>
    public void Abort() => _abort.Cancel();
    /// <inheritdoc/>
    public void Dispose() => _abort.Dispose();
}

/// <summary>The loop of every replica, alone or among many: step, and at an epoch's end evaluate, report and save.</summary>
public sealed class TrainingLoop(TrainingSpec spec, Dataset data, Replica replica, IArtifactStore store, ReplicaControl control, Reporter report, TimeProvider time) : IDisposable
{
    readonly DatasetBatches _train = Batches(data.Train, spec, replica.World, shuffled: true);
    readonly DatasetBatches? _validation = data.Validation.Count == 0 ? null : Batches(data.Validation, spec, replica.World, shuffled: false);
    readonly DatasetBatches? _test = data.Test.Count == 0 ? null : Batches(data.Test, spec, replica.World, shuffled: false);
    readonly BatchInput _input = new(data.Train.Shape, spec.Data.Rescale, (spec.BatchSize + replica.World.Size - 1) / replica.World.Size);

    static DatasetBatches Batches(IImageSet images, TrainingSpec spec, ICollective world, bool shuffled) =>
        new(images, spec.BatchSize, spec.Seed, shuffled, world.Rank, world.Size);

    /// <summary>Steps in an epoch.</summary>
    public int StepsPerEpoch => _train.StepsPerEpoch;

    /// <summary>Trains from a state to the end, or to the step after which the world was asked to pause.</summary>
    /// <exception cref="TrainingException">The loss is not a number.</exception>
    /// <exception cref="PeerLostException">Another replica is gone.</exception>
    /// <exception cref="OperationCanceledException">Aborted.</exception>
    public void Run(TrainingState state)
    {
        var rate = new LearningRate(spec.Optimizer, spec.Schedule, StepsPerEpoch, spec.Epochs);
        var total = (long)spec.Epochs * StepsPerEpoch;
        Prime();
        report.Ready(StepsPerEpoch, state.Step, data.Classes);
        var started = time.GetTimestamp();
        while (state.Step < total)
        {
            control.Aborted.ThrowIfCancellationRequested();
            var (epoch, epochStep) = ((int)(state.Step / StepsPerEpoch) + 1, (int)(state.Step % StepsPerEpoch));
            var (sums, pause) = replica.Step(_train, _input, epoch, epochStep, state.Step + 1, rate.At(state.Step), control.PauseRequested);
            if (!double.IsFinite(sums.Loss))
                throw new TrainingException($"the loss is not a number at step {state.Step + 1} (epoch {epoch}); a lower optimizer.lr usually helps");
            state = state with { Step = state.Step + 1, Epoch = state.Epoch + sums };
            report.Progress(epoch, epochStep + 1, StepsPerEpoch, state);
            var saved = false;
            if (epochStep + 1 == StepsPerEpoch)
            {
                (state, saved) = FinishEpoch(state, epoch, time.GetElapsedTime(started));
                started = time.GetTimestamp();
            }
            if (!saved && (pause || IsSaveStep(state.Step)))
                Save(state with { EpochSeconds = state.EpochSeconds + time.GetElapsedTime(started).TotalSeconds }, epochEnd: false);
            if (pause && state.Step < total)
            {
                report.Paused(state.Step);
                return;
            }
        }
        Finish(state);
    }

    void Prime()
    {
        replica.Prime(_train, _input, training: true);
        if (_validation is not null) replica.Prime(_validation, _input, training: false);
        if (_test is not null) replica.Prime(_test, _input, training: false);
    }

    (TrainingState, bool Saved) FinishEpoch(TrainingState state, int epoch, TimeSpan training)
    {
        var evaluating = time.GetTimestamp();
        replica.AverageStatistics();
        Agreement.Check(replica.World, replica.Network.Parameters.Values);
        var validation = _validation is null ? null : replica.Evaluate(_validation, _input, control.Aborted).ToMetrics();
        var best = BestEpoch.Of(state.Best, epoch, state.Step, validation);
        var seconds = state.EpochSeconds + training.TotalSeconds;
        report.Epoch(state.Step, new EpochMetrics(epoch, state.Epoch.ToMetrics(), validation, seconds + time.GetElapsedTime(evaluating).TotalSeconds, state.Epoch.Samples / seconds));
        var next = new TrainingState { Step = state.Step, Best = best };
        var save = epoch % spec.Checkpoint.EveryEpochs == 0 || epoch == spec.Epochs || (best.Epoch == epoch && spec.Checkpoint.Select == Selection.Best);
        if (save) Save(next, epochEnd: true);
        return (next, save);
    }

    bool IsSaveStep(long step) => spec.Checkpoint.EverySteps > 0 && step % spec.Checkpoint.EverySteps == 0;

    void Save(TrainingState state, bool epochEnd)
    {
        var statistics = GatherStatistics();
        if (replica.World.Rank != 0) return;
        report.Saved(Checkpoint.Save(store, replica, state, statistics), state.Step, (int)(state.Step / StepsPerEpoch), epochEnd);
    }

    float[] GatherStatistics()
    {
        var mine = Models.FlatParameters.Floats(replica.Network.Parameters.Statistics);
        var all = new float[mine.Length * replica.World.Size];
        mine.CopyTo(all.AsSpan(replica.World.Rank * mine.Length));
        if (all.Length > 0) replica.World.AllReduce(all);
        return all;
    }

    void Finish(TrainingState state)
    {
        var selected = spec.Checkpoint.Select == Selection.Best && state.Best is { } best ? best.Step : state.Step;
        if (selected != state.Step)
            Checkpoint.Load(store, CheckpointLayout.NameOf(selected), replica);
        var test = _test is null ? null : replica.Evaluate(_test, _input, control.Aborted).ToMetrics();
        report.Finished(state.Step, test, CheckpointLayout.NameOf(selected));
    }

    /// <inheritdoc/>
    public void Dispose() => _input.Dispose();
}
