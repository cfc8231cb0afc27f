using System.Diagnostics;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Cli.Tests;

/// <summary>Sweeps and a job that really train, on a worker of four slots that is a process of its own.</summary>
[Collection(OneAtATime.Name)]
public sealed class FairnessTests : IDisposable
{
    const string Training = """
        data: {kind: digits, train: 4000, validation: 100, test: 100}
        model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 32, activation: relu}}, {dense: {units: 10, activation: softmax}}]}
        batch_size: 20
        checkpoint: {keep: 1}
        """;

    readonly NodeFolder _nodes = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task Two_sweeps_and_a_job_share_four_slots_and_a_cancelled_sweep_frees_its_own()
    {
        var api = await _nodes.CoordinatorAsync();
        await _nodes.Worker("--slots", "4").UpAsync();
        await using var jobs = new HttpJobClient(api, TimeSpan.FromMinutes(1), TimeProvider.System);
        await using var sweeps = new HttpSweepClient(api, TimeSpan.FromMinutes(1), TimeProvider.System);
        await jobs.SubmitAsync(new SubmitJob("j", SpecWriter.Write(SpecReader.Read($"{Training}\nepochs: 100000\nworld: {{min: 1, max: 4}}\n", "test")), ""), Cancel);
        Assert.Equal(4, (await Trains(jobs, "j", view => view.Step > 0)).WorldSize);

        foreach (var id in (string[])["s", "t"]) await sweeps.SubmitAsync(new SubmitSweep(id, Sweep, ""), Cancel);
        var shrunk = await Trains(jobs, "j", view => view.WorldSize < 4);
        foreach (var id in (string[])["s", "t"]) await TrainsOne(sweeps, id);
        Assert.InRange((await Trains(jobs, "j", view => view.Step > shrunk.Step)).WorldSize, 1, 2);

        await sweeps.CancelAsync("t", Cancel);
        await jobs.CancelAsync("j", Cancel);
        await Ends(sweeps, "t");
        var since = Stopwatch.GetTimestamp();
        await sweeps.CancelAsync("s", Cancel);
        await Until.HoldsAsync(async () => (await jobs.WorkersAsync(Cancel)).Sum(worker => worker.Free) == 4, TimeSpan.FromSeconds(2));
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(2));
        var audit = await jobs.AuditAsync("j", Cancel);
        Assert.True(audit.Clean, string.Join('\n', audit.Epochs));
        Assert.True(audit.Epochs.SelectMany(epoch => epoch.Generations).Distinct().Count() > 1);
    }

    // Trials of two epochs, four, eight or more.
    static string Sweep { get; } = SweepWriter.Write(SweepReader.Read($$"""
        name: long
        base:
        {{string.Join('\n', Training.Split('\n').Select(line => $"  {line}"))}}
          epochs: 1000
        space:
          optimizer.lr: {kind: log, low: 0.0001, high: 0.01}
        strategy: {kind: asha, min_epochs: 2, reduction: 2}
        budget: {trials: 1000}
        parallel: 3
        """, "sweep.yaml"));

    static async Task<JobView> Trains(HttpJobClient jobs, string id, Func<JobView, bool> wanted)
    {
        await foreach (var news in jobs.WatchAsync(id, Cancel))
            if (news is JobView { Phase: JobPhase.Running } view && wanted(view)) return view;
        throw new InvalidOperationException($"{id} has ended");
    }

    static async Task TrainsOne(HttpSweepClient sweeps, string id)
    {
        await foreach (var view in sweeps.WatchAsync(id, Cancel))
            if (view.Spent.Epochs > 0) return;
        throw new InvalidOperationException($"{id} has ended");
    }

    static async Task Ends(HttpSweepClient sweeps, string id)
    {
        await foreach (var view in sweeps.WatchAsync(id, Cancel))
            if (view.HasEnded) return;
    }
}
