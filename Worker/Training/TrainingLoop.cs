using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Telemetry;
using Convoy.Worker.Checkpoints;
using Convoy.Worker.Features;
using Convoy.Worker.Gradients;
using Convoy.Worker.Interpretation;
using Convoy.Worker.Models;

namespace Convoy.Worker.Training;

/// <summary>Training cannot go on, and trying again would not help.</summary>
public sealed class TrainingException(string message) : Exception(message);

/// <summary>The loop of every replica, alone or among many: step, and at an epoch's end evaluate, report and save.</summary>
public sealed class TrainingLoop(TrainingSpec spec, IDataFeed data, Replica replica, IArtifactStore store, ReplicaControl control, Reporter report, TimeProvider time) : IDisposable
{
    readonly TrainingData _pictures = new(data, replica.World, Input(spec, replica, data.Card.Shape, Preprocessing.Of(spec, data.Card)), control.Aborted);
    TrainingData? _data; // of the stage: the pictures, or what its base has made of them
    StepSeconds _steps; // of the epoch under way, since it was started
    bool _isListed;
    long _started;
    bool _hasStepped;

    static BatchInput Input(TrainingSpec spec, Replica replica, Shape sample, Preprocessing? preprocessing) =>
        new(sample, preprocessing, (spec.BatchSize + replica.World.Size - 1) / replica.World.Size, replica.Placement);

    readonly IReadOnlyList<Stage> _stages = Stage.Of(spec);
    readonly Filmstrip? _filmstrip = replica.World.Rank == 0 ? Filmstrip.Of(spec, data.Card) : null;

    /// <summary>Steps in an epoch.</summary>
    public int StepsPerEpoch => Train.Layout.StepsPerEpoch;

    IBatchSource Train => (_data ?? _pictures)[Split.Train]!;

    BatchInput Samples => (_data ?? _pictures).Input;

    /// <summary>Where training stands; after a lost peer, as it was after the last step that all of the world made.</summary>
    public TrainingState State { get; private set; } = new();

    /// <summary>Of the weights and the optimizer state that it begins with, told with its first word; 0 where nobody asks.</summary>
    public ulong Digest { get; init; }

    /// <summary>The epoch after which the world pauses; the last, unless told otherwise.</summary>
    public int Until { get; init; } = spec.Epochs;

    /// <summary>Where features of a frozen base are kept; null to have it run in every step.</summary>
    public FeatureFolder? Features { get; init; }

    /// <summary>What its steps tell those who listen; disposed of here.</summary>
    public StepTelemetry Telemetry { get; init; } = new(report.JobId, replica.World.Rank) { Batches = () => replica.Batches };

    /// <summary>Trains from a state to the end, to the epoch to pause after, or to the step after which the world was asked to stop.</summary>
    /// <exception cref="TrainingException">The loss is not a number.</exception>
    /// <exception cref="PeerLostException">Another replica is gone.</exception>
    /// <exception cref="ReplicasDivergedException">The replicas are not equal at an epoch's end.</exception>
    /// <exception cref="StoreUnreachableException">A checkpoint could not be stored, for now.</exception>
    /// <exception cref="OperationCanceledException">Aborted.</exception>
    public LoopEnd Run(TrainingState state)
    {
        State = state.WithStretchClosed().On(data.Card.Digest);
        report.Ready(StepsPerEpoch, State, data.Card, Digest);
        report.Past(StepsPerEpoch, State);
        Telemetry.Begin();
        Begin();
        while (State.Step < Last || EpochIsOpen)
        {
            control.Aborted.ThrowIfCancellationRequested();
            if (Prepare() is var early and not StopVote.None)
            {
                if (early == StopVote.Pause) SaveWithinEpoch();
                return Stopped(early);
            }
            var stop = EpochIsOpen ? StopVote.None : Step();
            var saved = false;
            if (EpochIsOpen)
            {
                saved = FinishEpoch(time.GetElapsedTime(_started));
                Begin();
            }
            if (!saved && (stop == StopVote.Pause || IsSaveStep(State.Step))) SaveWithinEpoch();
            if (stop != StopVote.None && State.Step < Last) return Stopped(stop);
        }
        if (Until < spec.Epochs) return Stopped(StopVote.Pause);
        Finish();
        return LoopEnd.Finished;
    }

    long TotalSteps => StepAfter(spec.Epochs);

    long Last => StepAfter(Math.Min(Until, spec.Epochs));

    long StepAfter(int epoch) => State.Origin.StepAfter(epoch, StepsPerEpoch);

    int EpochsDone => State.Origin.EpochsDone(State.Step, StepsPerEpoch);

    int StepsOfEpoch => State.Origin.StepsOfEpoch(State.Step, StepsPerEpoch);

    // Into the stage that is due, and to the data that it trains on.
    StopVote Prepare()
    {
        if (!EnterStage() && _data is not null) return StopVote.None;
        var stop = OpenData();
        Begin();
        return stop;
    }

    void Begin() => (_started, _steps) = (time.GetTimestamp(), default);

    StopVote OpenData()
    {
        replica.Enter(ReplicaPhase.Starting, State.Step);
        CloseData();
        if (Features is { } folder && _stages[State.Stage].CachesFeatures(spec))
        {
            var extraction = new FeatureExtraction(spec, replica, _pictures, data.Card, folder, control, report);
            if (extraction.Run() is var stop and not StopVote.None) return stop;
            _data = new TrainingData(extraction.Feed!, replica.World, Input(spec, replica, replica.Network.Parameters.Plan.Features, preprocessing: null), control.Aborted);
        }
        _data ??= _pictures;
        replica.Enter(ReplicaPhase.Starting);
        _data.Prime(replica);
        return StopVote.None;
    }

    void CloseData()
    {
        if (_data != _pictures) _data?.Dispose();
        _data = null;
    }

    // Between epochs, where the next one belongs to another stage. Ranks that stand there may or may not have gone over to it: that is the same.
    bool EnterStage()
    {
        var due = _stages.Last(stage => stage.FirstEpoch <= EpochsDone);
        if (EpochIsOpen || State.Step == TotalSteps || due.Index == State.Stage) return false;
        replica.BeginStage(due.Index);
        State = State with { Stage = due.Index };
        return true;
    }

    // All of an epoch's steps are made, but it is not evaluated yet: also how a world finds things that broke while it evaluated.
    bool EpochIsOpen => State.Step > 0 && StepsOfEpoch == 0 && State.Epoch.Samples > 0;

    StopVote Step()
    {
        var stage = _stages[State.Stage];
        var (epoch, epochStep, ofStage) = (EpochsDone + 1, StepsOfEpoch, State.Step - StepAfter(stage.FirstEpoch));
        var rate = new LearningRate(spec.Optimizer with { Lr = stage.Lr }, spec.Schedule, StepsPerEpoch, stage.Epochs).At(ofStage);
        var (sums, stop) = Step(new StepPlace(epoch, epochStep, State.Step + 1, ofStage + 1), rate);
        var (stretch, loss) = (State.Stretch, sums.Loss / sums.Samples);
        if (!_hasStepped && State.Recent.IsFarBelow(loss) && replica.World.Rank == 0)
            report.Warned(FormattableString.Invariant($"the first loss of world {report.Generation}, {loss:G4} after step {State.Step + 1:N0}, is far above those before it ({State.Recent.Mean:G4}): something learnt may be lost"));
        _hasStepped = true;
        State = State with
        {
            Step = State.Step + 1,
            Epoch = State.Epoch + sums,
            Recent = State.Recent.With(loss),
            Stretch = new Stretch(report.Generation, epoch, stretch.Count == 0 ? epochStep : stretch.First, stretch.Count + 1, stretch.Samples + (long)sums.Samples),
        };
        _steps += replica.Clock.Seconds;
        report.Progress(epoch, epochStep + 1, StepsPerEpoch, State, replica.Clock.Seconds);
        if (ofStage == 0) ShowSamples(stage.Index, epochStep);
        return stop;
    }

    // Those of the step that has just been made: nothing is drawn for them that would not be drawn anyway.
    void ShowSamples(int stage, int epochStep)
    {
        var count = Train.Layout.ShareOf(epochStep).Count;
        if (replica.World.Rank != 0 || count == 0 || spec.Augmentation is not { IsRandom: true }) return;
        var sheet = SampleSheet.Png(Samples, count, data.Card.Shape, data.Card.Classes);
        try
        {
            store.Write(SampleSheet.NameOf(stage), file => file.Write(sheet));
        }
        catch (StoreUnreachableException)
        {
            // A picture is not worth a world.
        }
    }

    (Sums Sums, StopVote Stop) Step(StepPlace place, double rate)
    {
        Telemetry.Enter(place.Epoch);
        try
        {
            var done = replica.Step(Train, Samples, place, rate, control.Vote);
            if (!double.IsFinite(done.Sums.Loss)) throw NotFinite(place);
            Telemetry.Done(place.Step, Train.Layout.ShareOf(place.EpochStep).Count, replica.Clock, replica.Summed);
            return done;
        }
        catch (Exception error)
        {
            Telemetry.Failed(place.Step, replica.Clock, error);
            throw;
        }
    }

    static TrainingException NotFinite(StepPlace place)
    {
        Instruments.LossesNotFinite.Add(1);
        return new TrainingException($"the loss is not a number at step {place.Step} (epoch {place.Epoch}); a lower optimizer.lr usually helps");
    }

    TrainingState Timed => State with { EpochSeconds = State.EpochSeconds + time.GetElapsedTime(_started).TotalSeconds };

    void SaveWithinEpoch()
    {
        if (replica.World.Rank == 0) TellLedger();
        Save(Timed, epochEnd: false);
    }

    LoopEnd Stopped(StopVote stop)
    {
        State = Timed;
        TellLedger();
        if (stop == StopVote.Pause) report.Paused(State.Step);
        return stop == StopVote.Pause ? LoopEnd.Paused : LoopEnd.Held;
    }

    /// <summary>Tells what this generation has done of the epoch under way. Every rank does before it waits for another world, since rank 0
    /// may be the one that is gone; told twice it counts once.</summary>
    public void TellLedger()
    {
        if (State.Stretch.Count > 0) report.Committed(State.Stretch);
    }

    bool FinishEpoch(TimeSpan training)
    {
        Telemetry.Enter(EpochsDone);
        replica.Enter(ReplicaPhase.Barrier, State.Step);
        var evaluating = time.GetTimestamp();
        var epoch = EpochsDone;
        if (!State.IsAveraged) replica.AverageStatistics();
        State = State with { IsAveraged = true };
        CheckAgreement();
        replica.Enter(ReplicaPhase.Evaluation);
        var validation = Evaluate(_data!, Split.Validation);
        var best = BestEpoch.Of(State.Best, epoch, State.Step, validation);
        var seconds = State.EpochSeconds + training.TotalSeconds;
        var metrics = new EpochMetrics(epoch, State.Epoch.ToMetrics(), validation, seconds + time.GetElapsedTime(evaluating).TotalSeconds, State.Epoch.Samples / seconds, _steps.BatchWait / training.TotalSeconds);
        if (replica.World.Rank == 0) TellLedger();
        report.Epoch(State.Step, metrics);
        var done = new TrainingState { Step = State.Step, Stage = State.Stage, Recent = State.Recent, Best = best, History = [.. State.History, metrics], Stretches = State.WithStretchClosed().Stretches, Data = State.Data, Origin = State.Origin };
        var save = epoch % spec.Checkpoint.EveryEpochs == 0 || epoch == spec.Epochs || epoch == Until || (best.Epoch == epoch && spec.Checkpoint.Select == Selection.Best);
        if (save) Save(done, epochEnd: true);
        State = done; // not before it is saved: the next world finishes the epoch otherwise
        Telemetry.Leave();
        return save;
    }

    void CheckAgreement()
    {
        if (replica.World.Size == 1) return;
        var digest = ReplicaDigest.Of(replica);
        Agreement.Check(replica.World, digest.Learnt ^ digest.Statistics, State.Step); // averaged, the statistics are the same everywhere, too
    }

    bool IsSaveStep(long step) => spec.Checkpoint.EverySteps > 0 && step % spec.Checkpoint.EverySteps == 0;

    void Save(TrainingState state, bool epochEnd)
    {
        replica.Enter(ReplicaPhase.Barrier, state.Step);
        using var span = Tracing.Start(Spans.Checkpoint)?.SetTag(Attributes.Step, state.Step);
        var statistics = GatherStatistics();
        if (replica.World.Rank == 0)
        {
            replica.Enter(ReplicaPhase.Checkpoint);
            WriteDataList();
            var (epoch, started) = (state.Origin.EpochsDone(state.Step, StepsPerEpoch), time.GetTimestamp());
            report.Saved(Checkpoint.Save(store, replica, state, statistics, _pictures.Input.Preprocessing!.Features), state.Step, epoch, epochEnd);
            Instruments.Checkpoints.Record(time.GetElapsedTime(started).TotalSeconds);
            if (epochEnd) _filmstrip?.Draw(replica.Network.Parameters, epoch, store);
            replica.Enter(ReplicaPhase.Barrier);
        }
        replica.World.AllReduce(stackalloc float[1]); // nobody goes on before it is stored
    }

    // Of the data that the checkpoints were made with; it is the same for all of a loop's.
    void WriteDataList()
    {
        if (_isListed || data.Contents is not { } contents) return;
        store.Write(DataList.FileName, file => DataList.Write(file, contents));
        _isListed = true;
    }

    float[] GatherStatistics()
    {
        using var host = replica.Placement.Read(replica.Network.Parameters.Statistics);
        var mine = host.Floats;
        var all = new float[mine.Length * replica.World.Size];
        mine.CopyTo(all.AsSpan(replica.World.Rank * mine.Length));
        if (all.Length > 0) replica.World.AllReduce(all);
        return all;
    }

    void Finish()
    {
        replica.Enter(ReplicaPhase.Evaluation, State.Step);
        var selected = spec.Checkpoint.Select == Selection.Best && State.Best is { } best ? best.Step : State.Step;
        using var other = selected == State.Step ? null : Checkpoint.OpenModel(store, CheckpointLayout.NameOf(selected), replica);
        if (_data != _pictures && _pictures[Split.Test] is { } pictures) replica.Prime(pictures.Layout, _pictures.Input, training: false);
        var test = Evaluate(_pictures, Split.Test, other);
        report.Finished(State.Step, test, CheckpointLayout.NameOf(selected));
    }

    Metrics? Evaluate(TrainingData on, Split split, Network? model = null)
    {
        if (on[split] is not { } source) return null;
        using var span = Tracing.Start(Spans.Evaluation)?.SetTag(Attributes.Split, split.ToString().ToLowerInvariant());
        return replica.Evaluate(source, on.Input, control.Aborted, model).ToMetrics();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Telemetry.Dispose();
        CloseData();
        _pictures.Dispose();
    }
}
