using System.Diagnostics;
using Akka.Actor;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

[Trait("Category", "Slow")]
public sealed class SweepOverheadTests : IDisposable
{
    const int Trials = 1000, Parallel = 4;
    const double Megabyte = 1e6;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-overhead-");

    public void Dispose() => _folder.Delete(recursive: true);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static SweepSpec Sweep => SweepReader.Read(SweepScenario.Yaml, "sweep.yaml", ["world.max=1", "epochs=1", "strategy={kind: random}", $"budget.trials={Trials}", $"parallel={Parallel}"]);

    // The trials' jobs train nothing: what takes time is theirs and the sweep's own bookkeeping, in a real journal and real folders.
    [Fact]
    public async Task A_thousand_trials_cost_at_most_20_ms_each_beyond_their_jobs_and_little_memory()
    {
        await using var node = await Node.Start(Path.Combine(_folder.FullName, "journal.db"));
        var (trained, jobs, scheduler) = (new Trained(), node.Jobs, node.Scheduler);
        node.System.ActorOf(Props.Create(() => new SweepWorker(Parallel, trained, jobs, scheduler)));
        var alone = await JobsAlone(node);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var since = Stopwatch.GetTimestamp();
        await node.Sweeps.SubmitAsync(new SubmitSweep("s", SweepWriter.Write(Sweep), Path.Combine(_folder.FullName, "s")), Cancel);
        await foreach (var view in node.Sweeps.WatchAsync("s", Cancel))
            if (view.HasEnded) Assert.Equal((SweepPhase.Completed, Trials), (view.Phase, view.Counts.Completed));
        var own = (Stopwatch.GetElapsedTime(since) - alone) / Trials;

        var memory = (GC.GetTotalMemory(forceFullCollection: true) - before) / Megabyte;
        TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"{Trials} jobs alone {alone.TotalMilliseconds / Trials:F1} ms each; of a sweep {own.TotalMilliseconds:F1} ms more each; {memory:F1} MB more memory"));
        Assert.InRange(own.TotalMilliseconds, double.NegativeInfinity, 20);
        Assert.InRange(memory, double.NegativeInfinity, 50);
    }

    async Task<TimeSpan> JobsAlone(Node node)
    {
        await using var client = new AkkaJobClient(node.System, node.Jobs, () => ValueTask.CompletedTask);
        var spec = SpecWriter.Write(new TrialSpecs(Sweep).Base());
        var since = Stopwatch.GetTimestamp();
        await System.Threading.Tasks.Parallel.ForAsync(0, Trials, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = Cancel }, async (number, cancel) =>
        {
            await client.SubmitAsync(new SubmitJob($"j-{number}", spec, Path.Combine(_folder.FullName, "jobs", $"{number}")), cancel);
            await foreach (var news in client.WatchAsync($"j-{number}", cancel))
                if (news is JobView { Phase: JobPhase.Completed }) break;
        });
        return Stopwatch.GetElapsedTime(since);
    }
}
