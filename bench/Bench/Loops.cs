using System.Diagnostics;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Devices;
using Convoy.Worker.Gradients;
using Convoy.Worker.Training;
using static TorchSharp.torch;

namespace Convoy.Bench;

/// <summary>The loops that are compared. Each returns the median of its timed steps, in milliseconds.</summary>
internal static class Loops
{
    /// <summary>A bare TorchSharp loop on tensors that lie ready.</summary>
    public static double Bare(string net, int batch, int steps, int warmup, int threads, bool channelsLast)
    {
        set_num_threads(threads);
        var shape = Nets.Input(net);
        var model = Nets.Bare(net);
        var optimizer = optim.RMSProp(model.parameters(), 1e-3, alpha: 0.9, eps: 1e-7);
        var inputs = Enumerable.Range(0, 8).Select(_ => channelsLast
            ? rand(batch, shape.Height, shape.Width, shape.Channels).permute(0, 3, 1, 2)
            : rand(batch, shape.Channels, shape.Height, shape.Width)).ToArray();
        var labels = net == "mnist" ? randint(10, [batch], ScalarType.Int64) : randint(2, [batch, 1], ScalarType.Float32);
        var times = new List<double>();
        for (var step = 0; step < warmup + steps; step++)
        {
            var started = Stopwatch.GetTimestamp();
            using (NewDisposeScope())
            {
                optimizer.zero_grad();
                var output = model.forward(inputs[step % inputs.Length]);
                var loss = net == "mnist" ? nn.functional.cross_entropy(output, labels) : nn.functional.binary_cross_entropy_with_logits(output, labels);
                loss.backward();
                optimizer.step();
                _ = loss.item<float>();
            }
            if (step >= warmup) times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return Median(times);
    }

    /// <summary>This project's replicas, each on a thread, on pictures as bytes; the step time of rank 0.</summary>
    public static double Convoy(string net, int batch, int steps, int warmup, int replicas, int threads, Precision precision, bool frozen, ComputeDevices devices)
    {
        var spec = Nets.Spec(net, precision, steps, frozen) with { BatchSize = batch };
        var data = Synthetic.Of(Nets.Input(net), batch * (steps + warmup), net == "mnist" ? 10 : 2);
        using var group = new SharedMemoryGroup(replicas);
        var phases = new Phases();
        var workers = Enumerable.Range(0, replicas).Select(rank => new Thread(() =>
        {
            set_num_threads(threads);
            using var world = replicas == 1 ? new SoloCollective() : group.Join(rank);
            using var replica = new Replica(spec, world, devices[rank]) { Probe = rank == 0 ? phases : IReplicaProbe.None };
            using var control = new ReplicaControl();
            var report = new Reporter(new World("bench", 1, [], []), rank, _ => { }, TimeProvider.System);
            using var loop = new TrainingLoop(spec, new LocalFeed(data, spec), replica, new NoStore(), control, report, TimeProvider.System);
            loop.Run(new TrainingState());
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        Console.Error.WriteLine(phases.Medians);
        return Median([.. phases.Optimized.Zip(phases.Optimized.Skip(1), (one, next) => Stopwatch.GetElapsedTime(one, next).TotalMilliseconds).Skip(warmup).SkipLast(3)]);
    }

    static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    /// <summary>Notes when each step comes to its optimizer, and how long every phase takes.</summary>
    sealed class Phases : IReplicaProbe
    {
        readonly Dictionary<ReplicaPhase, List<double>> _took = [];
        (ReplicaPhase Phase, long Since)? _now;

        public List<long> Optimized { get; } = [];

        /// <summary>Medians in milliseconds. A GPU's work is waited for where a number is read: in the backward pass.</summary>
        public string Medians => string.Join("  ", _took.Select(phase => FormattableString.Invariant($"{phase.Key} {Median(phase.Value):F3}")));

        public void Enter(ReplicaPhase phase, int rank, long step)
        {
            var at = Stopwatch.GetTimestamp();
            if (_now is { } now) (_took.TryGetValue(now.Phase, out var took) ? took : _took[now.Phase] = []).Add(Stopwatch.GetElapsedTime(now.Since, at).TotalMilliseconds);
            _now = (phase, at);
            if (phase == ReplicaPhase.Optimizer) Optimized.Add(at);
        }
    }

    internal sealed class NoStore : IArtifactStore
    {
        public Artifact Write(string name, Action<Stream> content) => new(name, "", 0);
        public Stream Open(string name) => throw new ArtifactException(name);
        public void Delete(string name) { }
    }
}
