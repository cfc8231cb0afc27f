using System.Diagnostics;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
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
    public static double Convoy(string net, int batch, int steps, int warmup, int replicas, int threads, Precision precision, bool frozen)
    {
        var spec = Nets.Spec(net, precision, steps, frozen) with { BatchSize = batch };
        var data = Synthetic.Of(Nets.Input(net), batch * (steps + warmup), net == "mnist" ? 10 : 2);
        using var group = new SharedMemoryGroup(replicas);
        var ticks = new List<long>();
        var workers = Enumerable.Range(0, replicas).Select(rank => new Thread(() =>
        {
            set_num_threads(threads);
            using var world = new Timed(replicas == 1 ? new SoloCollective() : group.Join(rank), rank == 0 ? ticks : []);
            using var replica = new Replica(spec, world);
            using var control = new ReplicaControl();
            var report = new Reporter(new World("bench", 1, [], []), rank, _ => { }, TimeProvider.System);
            using var loop = new TrainingLoop(spec, new LocalFeed(data, spec), replica, new NoStore(), control, report, TimeProvider.System);
            loop.Run(new TrainingState());
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return Median([.. ticks.Zip(ticks.Skip(1), (one, next) => Stopwatch.GetElapsedTime(one, next).TotalMilliseconds).Skip(warmup).SkipLast(3)]);
    }

    static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    /// <summary>Notes the time of every all-reduce: one a step.</summary>
    sealed class Timed(ICollective world, List<long> ticks) : ICollective
    {
        public int Rank => world.Rank;
        public int Size => world.Size;

        public void AllReduce(Span<float> buffer, GradientType wire = GradientType.Float32)
        {
            world.AllReduce(buffer, wire);
            ticks.Add(Stopwatch.GetTimestamp());
        }

        public void Break() => world.Break();
        public void Dispose() => world.Dispose();
    }

    internal sealed class NoStore : IArtifactStore
    {
        public Artifact Write(string name, Action<Stream> content) => new(name, "", 0);
        public Stream Open(string name) => throw new ArtifactException(name);
        public void Delete(string name) { }
    }
}
