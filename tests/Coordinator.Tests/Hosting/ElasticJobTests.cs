using System.Diagnostics;
using Akka.Actor;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Coordinator.Tests.Hosting;

public sealed class ElasticJobTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-elastic-");
    readonly SharedStep _step = new();
    readonly Watcher _first = new();
    readonly Watcher _second = new();
    readonly Watcher _third = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Survivors_go_on_within_a_second_and_a_newcomer_joins_them()
    {
        await using var node = await Start();
        var (survivor, dying) = (node.AddElasticWorker("w1", _first, _step), node.AddElasticWorker("w2", _second, _step));
        var job = await Run(node);
        var since = Stopwatch.GetTimestamp();
        survivor.Tell(new ElasticWorker.LosePeer());
        dying.Tell(PoisonPill.Instance);
        var alone = await _first.For<StartReplica>(start => start.World.Generation == 2);
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(1));
        Assert.Equal((1, 0), (alone.World.Size, alone.Rank));
        Assert.Equal((1, 4L), At(await job.For<JobView>(view => view is { Phase: JobPhase.Running, Generation: 2 })));

        node.AddElasticWorker("w3", _third, _step);
        await _third.For<PrepareReplica>(prepare => prepare.JobId == "a");
        Assert.Equal(2, (await _first.For<StopReplica>(stop => stop.Mode == StopMode.Regroup)).Generation);
        Assert.Equal(1, (await _third.For<StartReplica>(start => start.World is { Generation: 3, Size: 2 })).Rank);
        Assert.Equal((2, 4L), At(await job.For<JobView>(view => view is { Phase: JobPhase.Running, Generation: 3 })));
        Assert.Empty(_third.All<StopReplica>());
        var audit = Assert.IsType<AuditReport>(await node.Ask(new AuditJob("a")));
        Assert.Equal((true, 100, 4), (audit.Clean, audit.Samples, Assert.Single(audit.Epochs).StepsOnce));
    }

    [Fact]
    public async Task A_silent_worker_is_dropped_and_joins_again_when_it_registers()
    {
        await using var node = await Start();
        var (survivor, silent) = (node.AddElasticWorker("w1", _first, _step), node.AddElasticWorker("w2", _second, _step));
        var job = await Run(node);
        survivor.Tell(new ElasticWorker.LosePeer());
        Assert.Equal(1, (await job.For<JobView>(view => view is { Phase: JobPhase.Running, Generation: 2 })).WorldSize);
        Assert.Equal(1, (await _second.For<StopReplica>(stop => stop.Mode == StopMode.Abort)).Generation);
        await _second.For<RegisterAgain>(again => again.WorkerId == "w2");
        Assert.Equal(2, (await job.For<JobView>(view => view is { Phase: JobPhase.Running, Generation: 3 })).WorldSize);
        Assert.Equal(["w1", "w2"], (await _second.For<StartReplica>(start => start.World.Generation == 3)).World.Members.Select(member => member.WorkerId));
        silent.Tell(PoisonPill.Instance);
    }

    [Fact]
    public async Task A_worker_that_leaves_is_let_go_and_not_granted_again()
    {
        await using var node = await Start();
        var (leaving, _) = (node.AddElasticWorker("w1", _first, _step), node.AddElasticWorker("w2", _second, _step));
        var job = await Run(node);
        leaving.Tell(new ElasticWorker.Depart());
        await _first.For<StopReplica>(stop => stop.Mode == StopMode.Abort);
        Assert.Equal(1, (await job.For<JobView>(view => view is { Phase: JobPhase.Running, Generation: 2 })).WorldSize);
        node.AddElasticWorker("w3", _third, _step);
        var world = (await _third.For<StartReplica>(start => start.World.Generation == 3)).World;
        Assert.Equal(["w2", "w3"], world.Members.Select(member => member.WorkerId));
    }

    [Fact]
    public async Task A_job_in_all_slots_shares_them_with_two_sweeps_and_takes_them_again_when_those_are_cancelled()
    {
        await using var node = await Start();
        Watcher[] workers = [_first, _second, _third, new()];
        foreach (var (index, worker) in workers.Index()) node.AddElasticWorker($"w{index}", worker, _step);
        foreach (var worker in workers) await worker.For<WorkerRegistered>(_ => true);
        await node.Ask(new SubmitJob("a", SpecOf("world.max=4"), Path.Combine(_folder.FullName, "a")));
        var job = node.Watch("a");
        Assert.Equal(4, (await job.ForPhase(JobPhase.Running)).WorldSize);
        _step.Advance(5);

        var sweep = SweepWriter.Write(SweepReader.Read(Sweeps.SweepScenario.Yaml, "sweep.yaml", ["world.max=1", "parallel=3"]));
        foreach (var id in (string[])["s", "t"]) await node.Sweeps.SubmitAsync(new SubmitSweep(id, sweep, Path.Combine(_folder.FullName, id)), TestContext.Current.CancellationToken);
        var (held, s, t) = (0, 0, 0);
        while ((held, s, t) is (0, _, _) or (_, 0, _) or (_, _, 0) || held + s + t < 4) (held, s, t) = (await SlotsAsync(node, "a"), await SlotsAsync(node, "s-0", "s-1", "s-2"), await SlotsAsync(node, "t-0", "t-1", "t-2"));
        Assert.Equal((4, 2), (held + s + t, Math.Max(held, Math.Max(s, t))));

        var since = Stopwatch.GetTimestamp();
        foreach (var id in (string[])["s", "t"]) await node.Sweeps.CancelAsync(id, TestContext.Current.CancellationToken);
        while (await SlotsAsync(node, "s-0", "s-1", "s-2", "t-0", "t-1", "t-2") > 0) await Task.Yield();
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(2));
        var grown = await job.For<JobView>(view => view is { Phase: JobPhase.Running, WorldSize: 4, Generation: > 1 });
        Assert.Equal((4, 5L), At(grown));
    }

    [Fact]
    public async Task A_restarted_coordinator_goes_on_with_what_its_workers_have_in_memory()
    {
        await using (var node = await Start())
        {
            node.AddElasticWorker("w1", _first, _step);
            node.AddElasticWorker("w2", _second, _step);
            await Run(node);
            _step.Advance(6);
        }
        await using (var node = await Start())
        {
            node.AddElasticWorker("w2", _second, _step);
            node.AddElasticWorker("w1", _first, _step);
            Assert.Equal((2, 6L), At(await node.Watch("a").For<JobView>(view => view is { Phase: JobPhase.Running, Generation: 2 })));
        }
    }

    [Fact]
    public async Task An_audit_of_a_job_nobody_submitted_is_refused()
    {
        await using var node = await Start();
        Assert.IsType<JobRefused>(await node.Ask(new AuditJob("nobody")));
    }

    static string Spec { get; } = SpecOf("world.max=2");

    static string SpecOf(string world) => SpecWriter.Write(SpecReader.Read(Presets.TryGet("digits", out var yaml) ? yaml : "", "digits.yaml", ["batch_size=10", "world.min=1", world]));

    static async Task<int> SlotsAsync(Node node, params string[] jobs) =>
        (await Task.WhenAll(jobs.Select(job => node.Ask(new GetJob(job))))).Sum(view => view is JobView { Phase: JobPhase.Running } running ? running.WorldSize : 0);

    async Task<Watcher> Run(Node node)
    {
        await _first.For<WorkerRegistered>(_ => true);
        await _second.For<WorkerRegistered>(_ => true);
        await node.Ask(new SubmitJob("a", Spec, Path.Combine(_folder.FullName, "a")));
        var job = node.Watch("a");
        Assert.Equal(2, (await job.For<JobView>(view => view is { Phase: JobPhase.Running, Generation: 1 })).WorldSize);
        return job;
    }

    Task<Node> Start() => Node.Start(Path.Combine(_folder.FullName, "journal.sqlite"));

    static (int, long) At(JobView view) => (view.WorldSize, view.Step);
}
