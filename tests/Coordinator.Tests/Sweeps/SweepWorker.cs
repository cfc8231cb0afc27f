using Convoy.Shared.Transport;
using System.Collections.Concurrent;
using Akka.Actor;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Tests.Sweeps;

/// <summary>What was trained, over all workers and processes of a test: (job, epoch) as often as it was.</summary>
sealed class Trained
{
    readonly ConcurrentDictionary<(string Job, int Epoch), int> _epochs = new();

    public void Note(string job, int epoch) => _epochs.AddOrUpdate((job, epoch), 1, (_, times) => times + 1);

    public int Epochs => _epochs.Count;
    public IReadOnlyList<string> Jobs => [.. _epochs.Keys.Select(key => key.Job).Distinct().Order(StringComparer.Ordinal)];
    public IReadOnlyList<(string Job, int Epoch)> MoreThanOnce => [.. _epochs.Where(pair => pair.Value > 1).Select(pair => pair.Key)];
}

/// <summary>Plays the replicas of any number of jobs: an epoch a message, checkpoints that are real files, an accuracy that depends on the learning rate.</summary>
sealed class SweepWorker : ReceiveActor
{
    const int Steps = 10;

    sealed record NextEpoch(string Job, int Generation) : ILocalOnly;

    sealed class Run(StartReplica order, TrainingSpec spec, int epoch)
    {
        public StartReplica Order => order;
        public TrainingSpec Spec => spec;
        public int Epoch { get; set; } = epoch;
        public int Until => order.Until ?? spec.Epochs;
    }

    readonly IActorRef _jobs;
    readonly IActorRef _scheduler;
    readonly Trained _trained;
    readonly int _slots;
    readonly Dictionary<string, Run> _runs = [];

    public SweepWorker(int slots, Trained trained, IActorRef jobs, IActorRef scheduler)
    {
        (_slots, _trained, _jobs, _scheduler) = (slots, trained, jobs, scheduler);
        Receive<WorkerRegistered>(_ => { });
        Receive<StartReplica>(OnStart);
        Receive<StopReplica>(OnStop);
        Receive<NextEpoch>(OnNext);
    }

    protected override void PreStart() => _scheduler.Tell(new RegisterWorker("w", Self, _slots, "cpu", "127.0.0.1", 7000, WorldWire.Version));

    void OnStart(StartReplica start)
    {
        var epoch = start.Checkpoint is { } name ? int.Parse(name[(name.LastIndexOf('-') + 1)..name.LastIndexOf('.')], null) / Steps : 0;
        var run = _runs[start.World.JobId] = new Run(start, SpecReader.Read(start.Spec, "spec.yaml"), epoch);
        _jobs.Tell(new ReplicaReady(start.World.JobId, start.World.Generation, start.Rank, Steps, epoch * Steps, ["cat", "dog"], Steps * run.Spec.BatchSize));
        Go(run);
    }

    void Go(Run run)
    {
        var world = run.Order.World;
        if (run.Epoch < run.Until) Self.Tell(new NextEpoch(world.JobId, world.Generation));
        else if (run.Epoch == run.Spec.Epochs) _jobs.Tell(new ReplicaFinished(world.JobId, world.Generation, 0, run.Epoch * Steps, new Metrics(0.1, 0.9, 20), CheckpointLayout.NameOf(run.Epoch * Steps), 9));
        else Pause(run);
    }

    void OnNext(NextEpoch next)
    {
        if (!_runs.TryGetValue(next.Job, out var run) || run.Order.World.Generation != next.Generation) return;
        run.Epoch++;
        _trained.Note(next.Job, run.Epoch);
        var accuracy = 0.9 - 0.1 * Math.Abs(Math.Log10(run.Spec.Optimizer.Lr) + 2.3) - 0.1 / run.Epoch;
        _jobs.Tell(new EpochFinished(next.Job, next.Generation, run.Epoch * Steps, new EpochMetrics(run.Epoch, new Metrics(1, 0.5, 100), new Metrics(1, accuracy, 20), 0.5, 50)));
        Save(run);
        Go(run);
    }

    void OnStop(StopReplica stop)
    {
        if (_runs.Remove(stop.JobId, out var run) && stop.Mode != StopMode.Abort) Pause(run);
    }

    void Pause(Run run) => _jobs.Tell(new ReplicaPaused(run.Order.World.JobId, run.Order.World.Generation, 0, run.Epoch * Steps));

    void Save(Run run)
    {
        var (world, step) = (run.Order.World, run.Epoch * Steps);
        var artifact = ArtifactStores.Open(run.Order.Artifacts).Write(CheckpointLayout.NameOf(step),
            file => Safetensors.Write(file, [new Safetensors.Source("model.dense_1.bias", "F32", [2], data => data.Write([1, 2, 3, 4, 5, 6, 7, 8]))], new Dictionary<string, string>()));
        _jobs.Tell(new CheckpointWritten(world.JobId, world.Generation, step, run.Epoch, artifact.Name, artifact.Sha256, artifact.Bytes, EpochEnd: true));
    }
}
