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

/// <summary>The loop of every replica, alone or among many: step, and at an epoch's end evaluate, report and save.</summary>
public sealed class TrainingLoop(TrainingSpec spec, IDataFeed data, Replica replica, IArtifactStore store, ReplicaControl control, Reporter report, TimeProvider time) : IDisposable
{
    readonly IBatchSource _train = data.Open(Split.Train, replica.World.Rank, replica.World.Size, control.Aborted);
    readonly IBatchSource? _validation = OpenAny(data, Split.Validation, replica.World, control.Aborted);
    readonly IBatchSource? _test = OpenAny(data, Split.Test, replica.World, control.Aborted);
    readonly BatchInput _input = new(data.Card.Shape, Preprocessing.Of(spec, data.Card), (spec.BatchSize + replica.World.Size - 1) / replica.World.Size);
    TimeSpan _waitedBefore;

    static IBatchSource? OpenAny(IDataFeed data, Split split, ICollective world, CancellationToken cancel) =>
        data.Card.CountOf(split) == 0 ? null : data.Open(split, world.Rank, world.Size, cancel);

    readonly IReadOnlyList<Stage> _stages = Stage.Of(spec);

    /// <summary>Steps in an epoch.</summary>
    public int StepsPerEpoch => _train.Layout.StepsPerEpoch;

    /// <summary>Where training stands; after a lost peer, as it was after the last step that all of the world made.</summary>
    public TrainingState State { get; private set; } = new();

    /// <summary>The epoch after which the world pauses; the last, unless told otherwise.</summary>
    public int Until { get; init; } = spec.Epochs;

    /// <summary>Trains from a state to the end, to the epoch to pause after, or to the step after which the world was asked to stop.</summary>
    /// <exception cref="TrainingException">The loss is not a number.</exception>
    /// <exception cref="PeerLostException">Another replica is gone.</exception>
    /// <exception cref="StoreUnreachableException">A checkpoint could not be stored, for now.</exception>
    /// <exception cref="OperationCanceledException">Aborted.</exception>
    public LoopEnd Run(TrainingState state)
    {
        State = state.WithStretchClosed();
        EnterStage();
        Prime();
        report.Ready(StepsPerEpoch, State.Step, data.Card);
        report.Past(StepsPerEpoch, State);
        var started = time.GetTimestamp();
        while (State.Step < Last || EpochIsOpen)
        {
            control.Aborted.ThrowIfCancellationRequested();
            if (EnterStage()) Prime();
            var stop = EpochIsOpen ? StopVote.None : Step();
            var saved = false;
            if (EpochIsOpen)
            {
                saved = FinishEpoch(time.GetElapsedTime(started));
                started = time.GetTimestamp();
            }
            if (!saved && (stop == StopVote.Pause || IsSaveStep(State.Step)))
            {
                if (replica.World.Rank == 0) TellLedger();
                Save(State with { EpochSeconds = State.EpochSeconds + time.GetElapsedTime(started).TotalSeconds }, epochEnd: false);
            }
            if (stop != StopVote.None && State.Step < Last)
            {
                State = State with { EpochSeconds = State.EpochSeconds + time.GetElapsedTime(started).TotalSeconds };
                return Stopped(stop);
            }
        }
        if (Until < spec.Epochs) return Stopped(StopVote.Pause);
        Finish();
        return LoopEnd.Finished;
    }

    long TotalSteps => (long)spec.Epochs * StepsPerEpoch;

    long Last => (long)Math.Min(Until, spec.Epochs) * StepsPerEpoch;

    // Between epochs, where the next one belongs to another stage. Ranks that stand there may or may not have gone over to it: that is the same.
    bool EnterStage()
    {
        var due = _stages.Last(stage => stage.FirstEpoch <= State.Step / StepsPerEpoch);
        if (EpochIsOpen || State.Step == TotalSteps || due.Index == State.Stage) return false;
        replica.BeginStage(due.Index);
        State = State with { Stage = due.Index };
        return true;
    }

    // All of an epoch's steps are made, but it is not evaluated yet: also how a world finds things that broke while it evaluated.
    bool EpochIsOpen => State.Step > 0 && State.Step % StepsPerEpoch == 0 && State.Epoch.Samples > 0;

    StopVote Step()
    {
        var stage = _stages[State.Stage];
        var (epoch, epochStep, ofStage) = ((int)(State.Step / StepsPerEpoch) + 1, (int)(State.Step % StepsPerEpoch), State.Step - (long)stage.FirstEpoch * StepsPerEpoch);
        var rate = new LearningRate(spec.Optimizer with { Lr = stage.Lr }, spec.Schedule, StepsPerEpoch, stage.Epochs).At(ofStage);
        var (sums, stop) = replica.Step(_train, _input, new StepPlace(epoch, epochStep, State.Step + 1, ofStage + 1), rate, control.Vote);
        if (!double.IsFinite(sums.Loss))
            throw new TrainingException($"the loss is not a number at step {State.Step + 1} (epoch {epoch}); a lower optimizer.lr usually helps");
        var stretch = State.Stretch;
        State = State with
        {
            Step = State.Step + 1,
            Epoch = State.Epoch + sums,
            Stretch = new Stretch(report.Generation, epoch, stretch.Count == 0 ? epochStep : stretch.First, stretch.Count + 1, stretch.Samples + (long)sums.Samples),
        };
        report.Progress(epoch, epochStep + 1, StepsPerEpoch, State);
        return stop;
    }

    LoopEnd Stopped(StopVote stop)
    {
        TellLedger();
        if (stop == StopVote.Pause) report.Paused(State.Step);
        else report.Held(State.Step);
        return stop == StopVote.Pause ? LoopEnd.Paused : LoopEnd.Held;
    }

    /// <summary>Tells what this generation has done of the epoch under way. Every rank does before it waits for another world, since rank 0
    /// may be the one that is gone; told twice it counts once.</summary>
    public void TellLedger()
    {
        if (State.Stretch.Count > 0) report.Committed(State.Stretch);
    }

    void Prime()
    {
        replica.Prime(_train.Layout, _input, training: true);
        if (_validation is not null) replica.Prime(_validation.Layout, _input, training: false);
        if (_test is not null) replica.Prime(_test.Layout, _input, training: false);
    }

    bool FinishEpoch(TimeSpan training)
    {
        replica.Enter(ReplicaPhase.Evaluation, State.Step);
        var (evaluating, waited) = (time.GetTimestamp(), _input.Waited - _waitedBefore);
        var epoch = (int)(State.Step / StepsPerEpoch);
        replica.AverageStatistics();
        Agreement.Check(replica.World, replica.Network.Parameters.Values);
        var validation = _validation is null ? null : replica.Evaluate(_validation, _input, control.Aborted).ToMetrics();
        var best = BestEpoch.Of(State.Best, epoch, State.Step, validation);
        var seconds = State.EpochSeconds + training.TotalSeconds;
        var metrics = new EpochMetrics(epoch, State.Epoch.ToMetrics(), validation, seconds + time.GetElapsedTime(evaluating).TotalSeconds, State.Epoch.Samples / seconds, waited / training);
        _waitedBefore = _input.Waited;
        if (replica.World.Rank == 0) TellLedger();
        report.Epoch(State.Step, metrics);
        var done = new TrainingState { Step = State.Step, Stage = State.Stage, Best = best, History = [.. State.History, metrics], Stretches = State.WithStretchClosed().Stretches };
        var save = epoch % spec.Checkpoint.EveryEpochs == 0 || epoch == spec.Epochs || epoch == Until || (best.Epoch == epoch && spec.Checkpoint.Select == Selection.Best);
        if (save) Save(done, epochEnd: true);
        State = done; // not before it is saved: the next world finishes the epoch otherwise
        return save;
    }

    bool IsSaveStep(long step) => spec.Checkpoint.EverySteps > 0 && step % spec.Checkpoint.EverySteps == 0;

    void Save(TrainingState state, bool epochEnd)
    {
        replica.Enter(ReplicaPhase.Checkpoint, state.Step);
        var statistics = GatherStatistics();
        if (replica.World.Rank == 0)
            report.Saved(Checkpoint.Save(store, replica, state, statistics, _input.Preprocessing.Features), state.Step, (int)(state.Step / StepsPerEpoch), epochEnd);
        replica.World.AllReduce(stackalloc float[1]); // nobody goes on before it is stored
    }

    float[] GatherStatistics()
    {
        var mine = Models.FlatParameters.Floats(replica.Network.Parameters.Statistics);
        var all = new float[mine.Length * replica.World.Size];
        mine.CopyTo(all.AsSpan(replica.World.Rank * mine.Length));
        if (all.Length > 0) replica.World.AllReduce(all);
        return all;
    }

    void Finish()
    {
        replica.Enter(ReplicaPhase.Evaluation, State.Step);
        var selected = spec.Checkpoint.Select == Selection.Best && State.Best is { } best ? best.Step : State.Step;
        if (selected != State.Step)
            Checkpoint.LoadModel(store, CheckpointLayout.NameOf(selected), replica);
        var test = _test is null ? null : replica.Evaluate(_test, _input, control.Aborted).ToMetrics();
        report.Finished(State.Step, test, CheckpointLayout.NameOf(selected));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _train.Dispose();
        _validation?.Dispose();
        _test?.Dispose();
        _input.Dispose();
    }
}
