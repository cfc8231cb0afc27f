using System.Collections.Concurrent;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Checkpoints;
using Convoy.Worker.Devices;
using Convoy.Worker.Features;
using Convoy.Worker.Gradients;
using Convoy.Worker.Native;
using Convoy.Worker.Training;
using TorchSharp;

namespace Convoy.Worker.Tests.Support;

/// <summary>A world of replicas in this process, run as the worker runs them but without actors.</summary>
internal sealed class TestWorld(TrainingSpec spec, Dataset data, IArtifactStore store)
{
    /// <summary>Everything the replicas told, by rank 0 to n in the order told.</summary>
    public ConcurrentQueue<IJobMessage> Told { get; } = new();

    /// <summary>Weights of every rank at the end.</summary>
    public float[][] Weights { get; private set; } = [];

    /// <summary>Bytes of gradients that every rank gave to be summed.</summary>
    public long[] ExchangedBytes { get; private set; } = [];

    /// <summary>Asked at every report; a true pauses the world.</summary>
    public Func<IJobMessage, bool> PauseWhen { get; init; } = _ => false;

    /// <summary>The job's id.</summary>
    public string Job { get; init; } = "test";

    /// <summary>The epoch after which it pauses; the last, unless told otherwise.</summary>
    public int? Until { get; init; }

    /// <summary>How a rank meets the others; in memory, unless told otherwise.</summary>
    public Func<int, ICollective>? Join { get; init; }

    /// <summary>What it makes of the state that it begins with.</summary>
    public Func<TrainingState, TrainingState> Begin { get; init; } = state => state;

    /// <summary>Where a rank keeps features of a frozen base; null to have it run in every step.</summary>
    public Func<int, FeatureFolder>? Features { get; init; }

    /// <summary>Where the replicas' tensors lie; in the host's memory unless told otherwise.</summary>
    public Placement? Placement { get; init; }

    /// <summary>A world that has trained a spec on its digits to the end.</summary>
    public static TestWorld Train(TrainingSpec spec, int size, Placement? placement = null) => new TestWorld(spec, Specs.Data(spec), new MemoryStore()) { Placement = placement }.Run(size);

    public TestWorld Run(int size, string? checkpoint = null)
    {
        LibTorch.Load();
        using var group = new SharedMemoryGroup(size);
        Weights = new float[size][];
        ExchangedBytes = new long[size];
        var errors = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                RunRank(group, rank, size, checkpoint);
            }
            catch (Exception error)
            {
                errors.Enqueue(error);
                group.Break();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return errors.FirstOrDefault(error => error is not PeerLostException) is { } first ? throw first : this;
    }

    void RunRank(SharedMemoryGroup group, int rank, int size, string? checkpoint)
    {
        torch.set_num_threads(1);
        using ICollective world = size == 1 ? new SoloCollective() : Join?.Invoke(rank) ?? group.Join(rank);
        using var replica = new Replica(spec, world, Placement);
        using var control = new ReplicaControl();
        var members = Enumerable.Range(0, size).Select(member => new WorldMember(member, "test", "127.0.0.1", 0)).ToList();
        var report = new Reporter(new World(Job, 1, members, []), rank, message => Tell(message, control), TimeProvider.System);
        using var loop = new TrainingLoop(spec, new LocalFeed(data, spec), replica, store, control, report, TimeProvider.System)
        {
            Until = Until ?? spec.Epochs,
            Features = Features?.Invoke(rank),
        };
        if (checkpoint is null) replica.LoadBase();
        loop.Run(Begin(checkpoint is null ? new TrainingState() : Checkpoint.Load(store, checkpoint, replica)));
        using var weights = replica.Placement.Read(replica.Network.Parameters.Values);
        Weights[rank] = weights.Floats.ToArray();
        ExchangedBytes[rank] = replica.ExchangedBytes;
    }

    void Tell(IJobMessage message, ReplicaControl control)
    {
        Told.Enqueue(message);
        if (PauseWhen(message)) control.Ask(StopVote.Pause);
    }
}
