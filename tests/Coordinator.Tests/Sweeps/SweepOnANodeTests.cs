using Akka.Actor;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;
using Convoy.Shared.Transport;

namespace Convoy.Coordinator.Tests.Sweeps;

public sealed class SweepOnANodeTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-sweeps-");
    readonly Trained _trained = new();

    public void Dispose() => _folder.Delete(recursive: true);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string Spec(params string[] overrides) => SweepWriter.Write(SweepReader.Read(SweepScenario.Yaml, "sweep.yaml", ["world.max=1", .. overrides]));

    string Folder(string sweep) => Path.Combine(_folder.FullName, sweep);

    Task<Node> Start() => Node.Start(Path.Combine(_folder.FullName, "journal.db"));

    void AddWorker(Node node, int slots = 2)
    {
        var (trained, jobs, scheduler) = (_trained, node.Jobs, node.Scheduler);
        node.System.ActorOf(Props.Create(() => new SweepWorker(slots, trained, jobs, scheduler)));
    }

    SubmitSweep Submit(string id, params string[] overrides) => new(id, Spec(overrides), Folder(id));

    static async Task<SweepView> EndOf(ISweepClient sweeps, string id)
    {
        await foreach (var view in sweeps.WatchAsync(id, Cancel))
            if (view.HasEnded || view.Phase == SweepPhase.Paused) return view;
        throw new InvalidOperationException("the sweep was lost sight of");
    }

    [Fact]
    public async Task A_sweep_runs_and_leaves_its_results()
    {
        await using var node = await Start();
        AddWorker(node);
        var sweeps = node.Sweeps;
        await sweeps.SubmitAsync(Submit("s", "parallel=2"), Cancel);

        var view = await EndOf(sweeps, "s");

        Assert.Equal((SweepPhase.Completed, 8), (view.Phase, view.Counts.All));
        Assert.Equal(["best", "best.yaml", "picture.png", "spec.yaml", "summary.json", "trials", "trials.csv"], Directory.EnumerateFileSystemEntries(Folder("s")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.Equal(["curves.png", "history.csv", "model.safetensors", "model.yaml", "spec.yaml", "summary.json"], Directory.EnumerateFiles(Path.Combine(Folder("s"), "best")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        var rows = File.ReadAllLines(Path.Combine(Folder("s"), "trials.csv"));
        Assert.Equal("trial,status,optimizer.lr,model.layers[1].units,val_acc,best_epoch,epochs,test_acc,test_loss,seconds,device_seconds,why", rows[0]);
        Assert.Equal(8, rows.Length - 1);
        var best = SpecReader.Read(File.ReadAllText(Path.Combine(Folder("s"), "best.yaml")), "best.yaml");
        Assert.Equal(view.Best!.Settings.First(setting => setting.Name == "optimizer.lr").Value, best.Optimizer.Lr.ToString(System.Globalization.CultureInfo.InvariantCulture).ToLowerInvariant());
        Assert.Equal(File.ReadAllText(Path.Combine(Folder("s"), "best", "spec.yaml")), SpecWriter.Write(best));
        Assert.Empty(_trained.MoreThanOnce);
        Assert.Equal(view.Spent.Epochs, _trained.Epochs);
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(Folder("s"), "trials")), trial => Directory.Exists(Path.Combine(trial, "checkpoints")));
        Assert.All(await sweeps.TrialsAsync("s", Cancel), trial => Assert.InRange(trial.Epochs, 1, 4));
    }

    [Fact]
    public async Task Whoever_hears_that_a_sweep_is_taken_finds_its_spec()
    {
        await using var node = await Start();
        var submit = Submit("s");

        await node.Sweeps.SubmitAsync(submit, Cancel);

        Assert.Equal(submit.Spec, File.ReadAllText(Path.Combine(Folder("s"), "spec.yaml")));
    }

    [Fact]
    public async Task The_time_that_a_sweep_has_run_is_the_clocks()
    {
        await using var node = await Start();
        AddWorker(node);
        var since = TimeProvider.System.GetTimestamp();
        await node.Sweeps.SubmitAsync(Submit("s", "parallel=2"), Cancel);

        var view = await EndOf(node.Sweeps, "s");

        Assert.InRange(view.Spent.Seconds!.Value, 0.001, TimeProvider.System.GetElapsedTime(since).TotalSeconds);
    }

    [Fact]
    public async Task A_paused_sweep_is_resumed_by_another_process_and_trains_nothing_twice()
    {
        await using (var node = await Start())
        {
            AddWorker(node);
            await node.Sweeps.SubmitAsync(Submit("s", "parallel=2", "budget.trials=16"), Cancel);
            await foreach (var view in node.Sweeps.WatchAsync("s", Cancel))
                if (view.Counts.All > 4) break;
            await node.Sweeps.PauseAsync("s", Cancel);
            Assert.Equal(SweepPhase.Paused, (await EndOf(node.Sweeps, "s")).Phase);
        }
        await using (var node = await Start())
        {
            AddWorker(node);
            Assert.Equal(SweepPhase.Paused, (await node.Sweeps.GetAsync("s", Cancel)).Phase);
            await node.Sweeps.ResumeAsync("s", Cancel);
            await foreach (var view in node.Sweeps.WatchAsync("s", Cancel))
                if (view.HasEnded) Assert.Equal((SweepPhase.Completed, 16), (view.Phase, view.Counts.All));
        }
        Assert.Empty(_trained.MoreThanOnce);
        Assert.Equal(16, _trained.Jobs.Count);
    }

    [Fact]
    public async Task Processes_that_end_at_any_moment_change_no_decision()
    {
        var decisions = new List<IReadOnlyList<(string, int, string?)>>();
        foreach (var kills in new[] { 0, 4 })
        {
            var id = $"s{kills}";
            for (var kill = 0; kill <= kills; kill++)
            {
                await using var node = await Start();
                AddWorker(node, slots: 1);
                if (kill == 0) await node.Sweeps.SubmitAsync(Submit(id, "budget.trials=16"), Cancel);
                await foreach (var view in node.Sweeps.WatchAsync(id, Cancel))
                    if (kill < kills && view.Spent.Epochs > kill * 4) break;
                if (kill < kills) await node.KillAsync();
                if (kill == kills) decisions.Add([.. (await node.Sweeps.TrialsAsync(id, Cancel)).Select(trial => (string.Join(", ", trial.Settings), trial.Epochs, trial.Why))]);
            }
        }
        Assert.Equal(16, decisions[0].Count);
        Assert.Equal(decisions[0], decisions[1]);
    }

    [Fact]
    public async Task Two_sweeps_and_a_job_share_slots_and_a_cancelled_sweep_gives_its_back()
    {
        await using var node = await Start();
        var sweeps = node.Sweeps;
        foreach (var id in new[] { "s", "t" }) await sweeps.SubmitAsync(Submit(id, "parallel=4"), Cancel);
        var spec = new TrialSpecs(SweepReader.Read(Spec(), "sweep.yaml")).Base();
        await node.Ask(new SubmitJob("j", SpecWriter.Write(spec), Folder("j")));
        foreach (var job in new[] { "j", "s-0", "s-1", "s-2", "s-3", "t-0", "t-1", "t-2", "t-3" })
            await node.Watch(job).For<JobView>(view => view.Why == "no worker has joined yet");
        var worker = new Watcher();
        var holding = node.System.ActorOf(Props.Create(() => new WatcherActor(worker)));
        node.Scheduler.Tell(new RegisterWorker("w", holding, 4, "cpu", "127.0.0.1", 7000, WorldWire.Version));

        await worker.For<StartReplica>(_ => worker.All<StartReplica>().Count == 4);
        var held = worker.All<StartReplica>().Select(start => start.World.JobId[..1]).ToList();
        Assert.Equal((1, true, true), (held.Count(owner => owner == "j"), held.Contains("s"), held.Contains("t")));

        var since = TimeProvider.System.GetTimestamp();
        await sweeps.CancelAsync("s", Cancel);
        await sweeps.CancelAsync("t", Cancel);
        while ((await node.Scheduler.Ask<WorkerList>(new GetWorkers(), Cancel)).Workers.Sum(each => each.Free) < 3) await Task.Yield();
        Assert.InRange(TimeProvider.System.GetElapsedTime(since).TotalSeconds, 0, 2);

        Assert.Equal(SweepPhase.Cancelled, (await EndOf(sweeps, "s")).Phase);
        Assert.Equal(SweepPhase.Cancelled, (await EndOf(sweeps, "t")).Phase);
        Assert.True(File.Exists(Path.Combine(Folder("s"), "summary.json")));
    }

    [Fact]
    public async Task What_there_is_not_is_refused()
    {
        await using var node = await Start();
        Assert.Equal("there is no sweep 'x'", (await Assert.ThrowsAsync<UnknownJobException>(() => node.Sweeps.GetAsync("x", Cancel))).Message);
        Assert.Equal("there is no sweep 'x'", (await Assert.ThrowsAsync<UnknownJobException>(() => node.Sweeps.PauseAsync("x", Cancel))).Message);
        var refused = await Assert.ThrowsAsync<JobRefusedException>(() => node.Sweeps.SubmitAsync(new SubmitSweep("x", "space: {}", Folder("x")), Cancel));
        Assert.Contains("sweep.yaml:1: base: missing", refused.Message, StringComparison.Ordinal);
        await node.Sweeps.SubmitAsync(Submit("x"), Cancel);
    }
}
