using System.Collections.Concurrent;
using System.Net;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Transport;
using Convoy.Worker.Actors;
using Convoy.Worker.Gradients;
using Convoy.Worker.Native;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests;

/// <summary>Replica threads as the worker runs them, the test in the job's place: worlds break, shrink and grow over real sockets.</summary>
public sealed class ElasticTests : IDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    readonly BlockingCollection<IJobMessage> _told = [];
    readonly List<(DataPlane Plane, ReplicaThread? Thread)> _nodes = [];
    readonly List<IJobMessage> _log = [];
    TrainingSpec _spec = Specs.Convnet("data.train=1280", "epochs=3", "batch_size=32", "optimizer.kind=sgd", "optimizer.lr=0.005", "checkpoint.select=last");

    public ElasticTests() => LibTorch.Load();

    public void Dispose()
    {
        foreach (var (plane, thread) in _nodes)
        {
            thread?.Abort();
            plane.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    void Form(int generation, params int[] nodes) => FormWith("file://" + _folder, generation, nodes);

    /// <summary>Orders nodes, by index, into a world; ranks in the order given.</summary>
    void FormWith(string artifacts, int generation, params int[] nodes)
    {
        while (_nodes.Count <= nodes.Max()) _nodes.Add((DataPlane.Listen(IPAddress.Loopback), null));
        var members = nodes.Select((node, rank) => new WorldMember(rank, $"w{node}", "127.0.0.1", _nodes[node].Plane.Port)).ToList();
        var world = new World("job", generation, members, new byte[32]);
        foreach (var (rank, node) in nodes.Index())
        {
            var plane = _nodes[node].Plane;
            var start = new StartReplica(world, rank, SpecWriter.Write(_spec), artifacts, null);
            var assignment = new Assignment(start, (_, cancel) => world.Size == 1 ? new SoloCollective() : RingWorld.Join(world, rank, plane, Deadline, Deadline, cancel));
            if (_nodes[node].Thread is { } running) running.Assign(assignment);
            else Start(node, assignment);
        }
    }

    void Start(int node, Assignment assignment)
    {
        var thread = new ReplicaThread(assignment, 1, 0, new DataFeeds(IStreamDirectory.None, null), new WorkerOptions(), _told.Add, _ => { }, TimeProvider.System);
        _nodes[node] = (_nodes[node].Plane, thread);
        thread.Start();
    }

    /// <summary>Waits for a message, noting all that come before it.</summary>
    T Until<T>(Func<T, bool>? which = null) where T : IJobMessage
    {
        while (_told.TryTake(out var message, (int)Deadline.TotalMilliseconds, TestContext.Current.CancellationToken))
        {
            _log.Add(message);
            Assert.False(message is ReplicaFailed, message.ToString());
            if (message is T wanted && (which is null || which(wanted))) return wanted;
        }
        throw new TimeoutException($"no {typeof(T).Name} came; last: {_log.LastOrDefault()}");
    }

    /// <summary>A store where nobody listens.</summary>
    static string Gone()
    {
        using var plane = DataPlane.Listen(IPAddress.Loopback);
        return ArtifactService.AddressOf("127.0.0.1", plane.Port, "job", new byte[32]);
    }

    Metrics UninterruptedTest()
    {
        var world = new TestWorld(_spec, Specs.Data(_spec), new MemoryStore()).Run(1);
        return world.Told.OfType<ReplicaFinished>().First().Test!;
    }

    /// <summary>Every epoch's 40 steps and 1,280 samples were counted exactly once: of each generation the longest stretch told, and
    /// nothing beyond the step where the next one began.</summary>
    void AssertLedgerIsClean()
    {
        var begins = _log.OfType<ReplicaReady>().GroupBy(ready => ready.Generation).ToDictionary(told => told.Key, told => told.First().Step);
        var counted = _log.OfType<StepsCommitted>().GroupBy(told => (told.Generation, told.Epoch)).Select(told => told.MaxBy(stretch => stretch.Count)!)
            .SelectMany(told => Enumerable.Range(0, told.Count).Select(i => (told.Generation, Step: (told.Epoch - 1) * 40 + told.First + i, told.Samples, told.Count)))
            .Where(step => !begins.TryGetValue(step.Generation + 1, out var next) || step.Step < next).ToList();
        Assert.Equal(Enumerable.Range(0, 120), counted.Select(step => step.Step).Order());
        Assert.All(counted, step => Assert.Equal(32 * step.Count, step.Samples));
    }

    static void Near(Metrics expected, Metrics? found)
    {
        Assert.Equal(expected.Loss, found!.Loss, 3);
        Assert.Equal(expected.Accuracy, found.Accuracy, 2);
    }

    [Fact]
    public void A_replica_that_has_not_come_to_its_new_world_yet_goes_by_the_rank_that_it_will_have_there()
    {
        Form(1, 0, 1);
        Until<ReplicaReady>(ready => ready.Rank == 1);
        var (world, thread) = (new World("job", 2, [new WorldMember(0, "w1", "127.0.0.1", 1), new WorldMember(1, "w0", "127.0.0.1", 1)], new byte[32]), _nodes[1].Thread!);
        Assert.Equal(1, thread.Standing.Rank);
        thread.Assign(new Assignment(new StartReplica(world, 0, SpecWriter.Write(_spec), "file://" + _folder, null), (_, cancel) =>
        {
            cancel.WaitHandle.WaitOne(); // its peer never comes
            throw new OperationCanceledException(cancel);
        }));
        Assert.Equal(0, thread.Standing.Rank);
    }

    [Fact]
    public void When_a_peer_dies_the_survivor_goes_on_at_the_step_where_it_stood()
    {
        Form(1, 0, 1);
        Until<StepProgress>();
        _nodes[1].Thread!.Abort();
        var lost = Until<PeerLost>();
        Assert.Equal((1, 0), (lost.Generation, lost.Rank));
        Form(2, 0);
        Assert.Equal(lost.Step, Until<ReplicaReady>(ready => ready.Generation == 2).Step);
        var finished = Until<ReplicaFinished>();
        Assert.Equal(120, finished.Step);
        Near(UninterruptedTest(), finished.Test);
        AssertLedgerIsClean();
    }

    [Fact]
    public void An_order_that_comes_while_a_paused_replica_ends_is_told_with_its_end()
    {
        var store = "file://" + _folder;
        Assignment Order(int generation, int until) => new(new StartReplica(new World("job", generation, [new WorldMember(0, "w", "127.0.0.1", 1)], new byte[32]), 0, SpecWriter.Write(_spec), store, null, until), (_, _) => new SoloCollective());
        using var ended = new BlockingCollection<Assignment?>();
        ReplicaThread? thread = null;
        thread = new ReplicaThread(Order(1, until: 1), 1, 0, new DataFeeds(IStreamDirectory.None, null), new WorkerOptions(), told =>
        {
            if (told is ReplicaPaused) Assert.True(thread!.Assign(Order(2, until: 2)));
        }, ended.Add, TimeProvider.System);

        thread.Start();

        Assert.True(ended.TryTake(out var next, Deadline));
        Assert.Equal(2, next?.Start.World.Generation);
        Assert.False(thread.Assign(Order(3, until: 3)));
    }

    [Fact]
    public void A_newcomer_takes_the_weights_of_the_world_it_joins_and_all_end_equal()
    {
        Form(1, 0);
        Until<StepProgress>();
        _nodes[0].Thread!.Control.Ask(Training.StopVote.Regroup);
        var held = Until<ReplicaHeld>();
        Form(2, 1, 0); // the newcomer becomes rank 0
        Assert.Equal(held.Step, Until<ReplicaReady>(ready => ready is { Generation: 2, Rank: 0 }).Step);
        Near(UninterruptedTest(), Until<ReplicaFinished>().Test);
        AssertLedgerIsClean();
    }

    [Fact]
    public void A_newcomer_in_a_later_stage_learns_what_that_stage_does()
    {
        _spec = _spec with { Stages = [new StageSpec { Epochs = 1, Trainable = Trainable.FromLayer("dense_1") }, new StageSpec { Epochs = 2, Lr = 0.002 }] };
        Form(1, 0);
        Until<StepProgress>(progress => progress.Epoch == 2);
        _nodes[0].Thread!.Control.Ask(Training.StopVote.Regroup);
        var held = Until<ReplicaHeld>();
        Assert.InRange(held.Step, 41, 119);
        Form(2, 1, 0);
        Assert.Equal(held.Step, Until<ReplicaReady>(ready => ready is { Generation: 2, Rank: 0 }).Step);
        Near(UninterruptedTest(), Until<ReplicaFinished>().Test);
        AssertLedgerIsClean();
    }

    [Fact]
    public void Three_ranks_that_lose_one_regroup_as_two_and_grow_to_three_again()
    {
        Form(1, 0, 1, 2);
        Until<StepProgress>();
        _nodes[1].Thread!.Abort();
        Until<PeerLost>();
        Until<PeerLost>();
        Form(2, 0, 2);
        Until<ReplicaReady>(ready => ready.Generation == 2);
        _nodes[2].Thread!.Control.Ask(Training.StopVote.Regroup);
        Until<ReplicaHeld>();
        Until<ReplicaHeld>();
        Form(3, 0, 2, 3);
        Near(UninterruptedTest(), Until<ReplicaFinished>().Test);
        AssertLedgerIsClean();
    }

    [Fact]
    public void A_world_whose_store_is_gone_keeps_what_it_has_and_saves_to_the_next_worlds_store()
    {
        FormWith(Gone(), 1, 0, 1);
        Assert.Equal((40L, 40L), (Until<PeerLost>().Step, Until<PeerLost>().Step));
        Form(2, 0, 1);
        var saved = Until<CheckpointWritten>();
        Assert.Equal((40L, true), (saved.Step, saved.EpochEnd));
        Near(UninterruptedTest(), Until<ReplicaFinished>().Test);
        AssertLedgerIsClean();
    }

    [Fact]
    public void A_world_tells_again_what_those_before_it_counted()
    {
        _spec = _spec with { Checkpoint = _spec.Checkpoint with { EveryEpochs = 2 } };
        FormWith(Gone(), 1, 0);
        Assert.Equal(80, Until<PeerLost>().Step);
        _log.Clear(); // the job's node died, and what it was told with it
        Form(2, 0, 1);
        Until<ReplicaFinished>();
        Assert.Equal([1, 2, 3], _log.OfType<EpochFinished>().Select(told => told.Metrics.Epoch).Distinct().Order());
        AssertLedgerIsClean();
    }

    [Fact]
    public void A_newer_order_breaks_off_a_world_that_nobody_stopped()
    {
        Form(1, 0, 1);
        Until<StepProgress>();
        Form(2, 0, 1); // a coordinator that came back
        Near(UninterruptedTest(), Until<ReplicaFinished>().Test);
        AssertLedgerIsClean();
    }
}
