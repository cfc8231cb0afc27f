using Akka.Actor;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Protocol;
using Convoy.Shared.Transport;

namespace Convoy.Coordinator.Tests.Hosting;

/// <summary>Plays the replicas of a worker: three epochs of ten steps, checkpoints that are real files, no training. Holds still after an epoch where told to.</summary>
sealed class FakeWorker : ReceiveActor
{
    const int Epochs = 3;
    const int Steps = 10;
    const int Batch = 64; // of the preset 'digits'

    readonly string _id;
    readonly int _slots;
    int _holdAfter;
    readonly IActorRef _jobs;
    readonly IActorRef _scheduler;
    StartReplica? _started;
    long _step;

    public FakeWorker(string id, int slots, int holdAfter, IActorRef jobs, IActorRef scheduler)
    {
        (_id, _slots, _holdAfter, _jobs, _scheduler) = (id, slots, holdAfter, jobs, scheduler);
        Receive<WorkerRegistered>(_ => { });
        Receive<StartReplica>(OnStart);
        Receive<StopReplica>(OnStop);
        Receive<HoldNoMore>(OnHoldNoMore);
    }

    protected override void PreStart() => _scheduler.Tell(new RegisterWorker(_id, Self, _slots, "cpu", "127.0.0.1", 7000, WorldWire.Version));

    void OnStart(StartReplica start)
    {
        _started = start;
        _step = start.Checkpoint is null ? 0 : StepIn(start);
        _jobs.Tell(new ReplicaReady(start.World.JobId, start.World.Generation, start.Rank, Steps, _step, ["cat", "dog"], Steps * Batch));
        if (start.Rank == start.World.Size - 1) Train(start.World);
    }

    void Train(World world)
    {
        var until = _started!.Until ?? Epochs;
        for (var epoch = (int)(_step / Steps) + 1; epoch <= Math.Min(until, _holdAfter); epoch++)
        {
            Count(world, epoch, epoch * Steps);
            _jobs.Tell(new StepProgress(world.JobId, world.Generation, epoch, Steps - 1, Steps, _step - 1, 0.5, 0.5, 100, default));
            Save(world, epochEnd: true);
            _jobs.Tell(new EpochFinished(world.JobId, world.Generation, _step, new EpochMetrics(epoch, new Metrics(1.0 / epoch, 0.5, 100), new Metrics(0.5, 0.7 + epoch / 10.0, 20), 2.5, 40)));
        }
        if (_step == until * Steps && until < Epochs) Pause(world);
        if (_step < Epochs * Steps) return;
        for (var rank = 0; rank < world.Size; rank++)
            _jobs.Tell(new ReplicaFinished(world.JobId, world.Generation, rank, _step, rank == 0 ? new Metrics(0.1, 0.97, 20) : null, CheckpointLayout.NameOf(_step), 9));
    }

    void OnHoldNoMore(HoldNoMore order)
    {
        _holdAfter = Epochs;
        Train(_started!.World);
        Sender.Tell(order);
    }

    void OnStop(StopReplica stop)
    {
        if (stop.Mode == StopMode.Abort) return;
        Count(_started!.World, (int)(_step / Steps) + 1, _step + 3);
        Save(_started.World, epochEnd: false);
        Pause(_started.World);
    }

    void Pause(World world)
    {
        for (var rank = 0; rank < world.Size; rank++) _jobs.Tell(new ReplicaPaused(world.JobId, world.Generation, rank, _step));
    }

    void Count(World world, int epoch, long upTo)
    {
        var count = (int)(upTo - _step);
        _jobs.Tell(new StepsCommitted(world.JobId, world.Generation, epoch, (int)(_step % Steps), count, count * Batch));
        _step = upTo;
    }

    void Save(World world, bool epochEnd)
    {
        var metadata = new Dictionary<string, string> { ["step"] = $"{_step}" };
        var artifact = Store(_started!).Write(CheckpointLayout.NameOf(_step), file => Safetensors.Write(file, [Tensor("model.dense_1.bias"), Tensor("optimizer.dense_1.bias.square")], metadata));
        _jobs.Tell(new CheckpointWritten(world.JobId, world.Generation, _step, (int)(_step / Steps), artifact.Name, artifact.Sha256, artifact.Bytes, epochEnd));
    }

    static Safetensors.Source Tensor(string name) => new(name, "F32", [2], file => file.Write([1, 2, 3, 4, 5, 6, 7, 8]));

    /// <summary>Has it train to the end; answered when it has told its job of that.</summary>
    public sealed record HoldNoMore : ILocalOnly;

    static IArtifactStore Store(StartReplica start) => ArtifactStores.Open(start.Artifacts);

    static long StepIn(StartReplica start)
    {
        using var file = Store(start).Open(start.Checkpoint!);
        return long.Parse(Safetensors.Read(file).Metadata["step"], null);
    }
}
