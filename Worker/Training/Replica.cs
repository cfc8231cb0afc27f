using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Devices;
using Convoy.Worker.Gradients;
using Convoy.Worker.Models;
using Convoy.Worker.Pretrained;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;
using Optimizer = Convoy.Worker.Training.Optimizers.Optimizer;

namespace Convoy.Worker.Training;

/// <summary>One model of a world, in step with the others. Used by one thread.</summary>
public sealed class Replica : IDisposable
{
    // Behind the gradients, summed over the world with them: the step's loss, right answers, samples, votes to pause and to regroup.
    const int Tail = 3 + StopVotes.Count;

    readonly TrainingSpec _spec;
    readonly IReadOnlyList<Stage> _stages;
    readonly LossFunction _loss;
    readonly Placement _placement;
    readonly Generator _dropout;
    readonly ScalarType _compute;
    StageModel _model;
    long _exchangedBefore;
    long _batches;

    /// <summary>A replica with the weights that the spec's seed gives, in the first stage; in the host's memory unless told otherwise.</summary>
    public Replica(TrainingSpec spec, ICollective world, Placement? placement = null)
    {
        (_spec, _stages, World, _placement) = (spec, Shared.Specs.Stage.Of(spec), world, placement ?? Placement.Cpu);
        _dropout = new Generator();
        _compute = spec.Precision == Precision.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        _model = new StageModel(spec, new FlatParameters(StageModel.PlanOf(spec, _stages[0]), spec.Seed, Tail, _placement));
        _loss = new LossFunction(spec.Loss, Network.LastActivation);
    }

    /// <summary>The model.</summary>
    public Network Network => _model.Network;
    /// <summary>What moves it.</summary>
    public Optimizer Optimizer => _model.Optimizer;
    /// <summary>The stage whose layers learn.</summary>
    public int Stage { get; private set; }
    /// <summary>Bytes of gradients that it has given to be summed with others'.</summary>
    public long ExchangedBytes => _exchangedBefore + _model.Exchange.Bytes;
    /// <summary>Shares of batches that it has run its model over, for any thread.</summary>
    public long Batches => Interlocked.Read(ref _batches);
    /// <summary>Those it trains with.</summary>
    public ICollective World { get; private set; }

    /// <summary>How long its steps' phases take.</summary>
    public StepClock Clock { get; } = new(TimeProvider.System);

    const double Newest = 0.2; // its weight in the mean of recent steps

    StepSeconds _recent;
    volatile Busy _busy = new(ReplicaPhase.Starting, 0, TimeProvider.System.GetTimestamp(), default);

    sealed record Busy(ReplicaPhase Phase, long Step, long Since, StepSeconds Recent);

    /// <summary>The all-reduces of its latest step.</summary>
    public IReadOnlyList<SummedBucket> Summed => _model.Exchange.Summed;

    /// <summary>Who follows it through its phases.</summary>
    public IReplicaProbe Probe { get; init; } = IReplicaProbe.None;

    /// <summary>Puts the weights that the spec names into the model's base, where it names any: once, when training begins.</summary>
    /// <exception cref="ArtifactException">The file cannot be read or does not fit.</exception>
    public void LoadBase() => BaseWeights.Load(_spec.Model, Parameters);

    /// <summary>Goes over to a stage with all weights and statistics, and with a new optimizer.</summary>
    public void BeginStage(int stage) => Use(stage, new FlatParameters(StageModel.PlanOf(_spec, _stages[stage]), Parameters, Tail, _placement));

    /// <summary>Begins anew, with the weights that the spec's seed gives, in the first stage.</summary>
    public void BeginAnew() => Use(0, new FlatParameters(StageModel.PlanOf(_spec, _stages[0]), _spec.Seed, Tail, _placement));

    void Use(int stage, FlatParameters parameters)
    {
        _exchangedBefore = ExchangedBytes;
        var next = new StageModel(_spec, parameters);
        _model.Dispose();
        (_model, Stage) = (next, stage);
    }

    FlatParameters Parameters => _model.Parameters;

    /// <summary>Where its tensors lie.</summary>
    public Placement Placement => _placement;

    /// <summary>Joins another world with everything it has learnt.</summary>
    public void Join(ICollective world) => World = world;

    /// <summary>One step on this rank's share of a batch: forward, backward, sum over the world, update.</summary>
    /// <param name="batches">Where the share comes from.</param>
    /// <param name="input">Where it goes.</param>
    /// <param name="place">Where the step stands in the run.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="vote">Whether this rank wants the world to stop after the step.</param>
    /// <returns>The whole batch's sums, and whether the world stops.</returns>
    public (Sums Sums, StopVote Stop) Step(IBatchSource batches, BatchInput input, StepPlace place, double lr, StopVote vote)
    {
        using var scope = NewDisposeScope();
        var before = World.Size > 1 ? Parameters.Statistics.clone() : null; // the forward pass moves them before the world has made the step
        try
        {
            return MakeStep(batches, input, place, lr, vote);
        }
        catch
        {
            if (before is not null) Parameters.Statistics.copy_(before);
            throw;
        }
    }

    (Sums Sums, StopVote Stop) MakeStep(IBatchSource batches, BatchInput input, StepPlace place, double lr, StopVote vote)
    {
        var step = place.Step;
        _model.Exchange.Start();
        Enter(ReplicaPhase.BatchWait, step);
        var share = input.Read(batches, place.Epoch, place.EpochStep);
        Enter(ReplicaPhase.Forward, step);
        _dropout.manual_seed(DropoutSeed(step));
        Parameters.Gradients.zero_();
        var tail = Parameters.Tail;
        tail.Clear();
        if (share.Count > 0)
            Backward(input, share, step);
        StopVotes.Cast(vote, tail);
        Enter(ReplicaPhase.Exchange, step);
        _model.Exchange.Finish(World);
        Enter(ReplicaPhase.Optimizer, step);
        using (no_grad())
            Optimizer.Step(lr, place.StageStep);
        Clock.Finish();
        _recent = _recent.Total == 0 ? Clock.Seconds : _recent * (1 - Newest) + Clock.Seconds * Newest;
        return (new Sums(tail[0], tail[1], tail[2]), StopVotes.Outcome(tail));
    }

    // The loss is divided by the whole batch's samples, so the sum over ranks is the mean over the batch however uneven the shares.
    void Backward(BatchInput input, BatchShare share, long step)
    {
        var sums = WorldSums.Of(World);
        var pass = new ForwardPass(true, _compute, _dropout, sums, _model.Exchange.Begin(World));
        var output = Forward(Network, input, share.Count, pass);
        var (loss, correct) = _loss.Sum(output, input.Targets(share.Count));
        Enter(ReplicaPhase.Backward, step);
        (loss / share.BatchCount).backward();
        sums?.ThrowIfBroken();
        var tail = Parameters.Tail;
        (tail[0], tail[1], tail[2]) = (loss.item<float>(), correct.item<long>(), share.Count);
    }

    /// <summary>What it is busy with, for any thread.</summary>
    public ReplicaStanding Standing
    {
        get
        {
            var busy = _busy;
            return new ReplicaStanding(World.Rank, busy.Phase, busy.Step, TimeProvider.System.GetElapsedTime(busy.Since).TotalSeconds, busy.Recent);
        }
    }

    /// <summary>Tells its clock and its probe.</summary>
    public void Enter(ReplicaPhase phase, long step)
    {
        Clock.Enter(phase);
        _busy = new Busy(phase, step, TimeProvider.System.GetTimestamp(), _recent);
        Probe.Enter(phase, World.Rank, step);
    }

    /// <summary>The same between steps, where the last one stands.</summary>
    public void Enter(ReplicaPhase phase) => Enter(phase, _busy.Step);

    // oneDNN builds a convolution's kernels at its first run with a batch size, and two threads that do so at once crash it.
    static readonly Lock FirstPass = new();

    /// <summary>Runs shares of the first and the last batch's sizes once, before any other replica of this process does, so that every
    /// kernel is there. Changes nothing: no weights, and the running statistics are put back.</summary>
    public void Prime(BatchLayout batches, BatchInput input, bool training)
    {
        lock (FirstPass)
        {
            using var scope = NewDisposeScope();
            var statistics = Parameters.Statistics.clone();
            foreach (var step in new[] { 0, batches.StepsPerEpoch - 1 }.Distinct())
                PrimeShare(input, batches.ShareOf(step).Count, training);
            Parameters.Statistics.copy_(statistics);
        }
    }

    void PrimeShare(BatchInput input, int count, bool training)
    {
        if (count == 0) return;
        using var mode = set_grad_enabled(training);
        var output = Forward(Network, input, count, new ForwardPass(training, _compute, _dropout, null));
        if (training) _loss.Sum(output, input.Targets(count)).Loss.backward();
    }

    /// <summary>Loss and accuracy over all of a source's samples, every rank taking its share; of another model than its own where one is given.</summary>
    public Sums Evaluate(IBatchSource batches, BatchInput input, CancellationToken abort, Network? model = null)
    {
        using var _ = no_grad();
        var sums = new Sums();
        for (var step = 0; step < batches.Layout.StepsPerEpoch; step++)
        {
            abort.ThrowIfCancellationRequested();
            sums += EvaluateShare(model ?? Network, batches, input, step);
        }
        Enter(ReplicaPhase.Barrier);
        Span<float> world = [(float)sums.Loss, (float)sums.Correct, (float)sums.Samples];
        World.AllReduce(world);
        return new Sums(world[0], world[1], world[2]);
    }

    Sums EvaluateShare(Network model, IBatchSource batches, BatchInput input, int step)
    {
        using var scope = NewDisposeScope();
        var share = input.Read(batches, 1, step);
        if (share.Count == 0) return new Sums();
        var output = Forward(model, input, share.Count, ForwardPass.Inference(_compute));
        var (loss, correct) = _loss.Sum(output, input.Targets(share.Count));
        return new Sums(loss.item<float>(), correct.item<long>(), share.Count);
    }

    // From the samples, which are pictures or what the base made of them, to what the loss takes.
    Tensor Forward(Network model, BatchInput input, int count, ForwardPass pass)
    {
        Interlocked.Increment(ref _batches);
        return model.Forward(input.Samples(count), pass, _loss.WantsLogits, from: input.AreFeatures ? Parameters.Plan.BaseCount : 0);
    }

    /// <summary>What the base makes of the first <paramref name="count"/> pictures, one after another, channel fastest.</summary>
    public void ComputeFeatures(BatchInput pictures, int count, Span<float> features)
    {
        Interlocked.Increment(ref _batches);
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        var output = Network.Forward(pictures.Samples(count), ForwardPass.Inference(_compute), to: Parameters.Plan.BaseCount);
        using var host = _placement.Read(output.permute(0, 2, 3, 1).contiguous());
        host.Floats.CopyTo(features);
    }

    /// <summary>Averages the running statistics over the world, as they drifted apart during the epoch.</summary>
    public void AverageStatistics()
    {
        if (World.Size == 1 || Parameters.Statistics.numel() == 0) return;
        using var host = _placement.Read(Parameters.Statistics);
        var sums = host.Floats.ToArray(); // where the world breaks they stay as they are
        World.AllReduce(sums);
        TensorPrimitives.Divide(sums, World.Size, host.Floats);
        host.Commit();
    }

    long DropoutSeed(long step) => (long)(SeededRandom.Of("dropout", _spec.Seed, step, World.Rank).NextUInt64() >> 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _dropout.Dispose();
    }
}
