using System.Diagnostics;
using System.Globalization;
using Convoy.Chaos;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Cli.Tests;

/// <summary>The release before this one, which <c>bench/previous.sh</c> builds, together with this one: what cannot work waits and says for what, and nothing is lost.</summary>
[Collection(OneAtATime.Name)]
public sealed class UpgradeTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly string This = Path.Combine(ConvoyProgram.Root, "convoy");
    static readonly string Previous = Path.Combine(ConvoyProgram.Root, "artifacts", "previous", "convoy");

    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    readonly int _port = Ports.Free(1)[0];
    readonly List<ConvoyNode> _nodes = [];

    public UpgradeTests()
    {
        if (!File.Exists(Path.Combine(Path.GetDirectoryName(Previous)!, "artifacts", "convoy.built"))) Assert.Skip("needs the release before this one: bench/previous.sh builds it");
    }

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static readonly string Job = SpecWriter.Write(SpecReader.Read(Presets.TryGet("digits", out var yaml) ? yaml : "", "digits", ["data.train=3200", "data.validation=200", "data.test=200", "epochs=4", "world.max=2"]));

    static readonly string Sweep = SweepWriter.Write(SweepReader.Read("""
        name: lrs
        base: digits
        set: {data.train: 1600, data.validation: 200, data.test: 200, epochs: 2}
        space:
          optimizer.lr: {kind: choice, values: [0.0005, 0.001, 0.002]}
        strategy: {kind: grid}
        """, "lrs"));

    [Fact, Trait("Category", "Slow")]
    public async Task An_older_worker_at_this_coordinator_gets_no_work_which_the_job_waits_for()
    {
        var coordinator = Coordinator(This);
        await using var jobs = Jobs(await coordinator.ApiAsync());
        await Worker(Previous).UpAsync();
        await jobs.SubmitAsync(new SubmitJob("a", Job, ""), Cancel);

        await coordinator.Error.FirstAsync(line => line.Contains("speaks version none", StringComparison.Ordinal)).WaitAsync(Patience, Cancel);
        await Until.HoldsAsync(async () => (await jobs.WhyAsync("a", Cancel)).Verdict.Contains("waits for workers that speak version", StringComparison.Ordinal), Patience);
        Assert.Equal((0, true), (await jobs.WorkersAsync(Cancel)).Select(worker => (worker.Free, worker.Note is not null)).Single());

        Worker(This);
        await CompletesAsync(jobs);
        Assert.Equal(1, (await jobs.GetAsync("a", Cancel)).WorldSize);
    }

    [Fact, Trait("Category", "Slow")]
    public async Task This_worker_waits_at_an_older_coordinator_and_a_training_goes_on_over_its_upgrade()
    {
        var coordinator = Coordinator(Previous);
        var (older, worker) = (Worker(Previous), Worker(This));
        await using (var jobs = Jobs(await coordinator.ApiAsync()))
        {
            await worker.Error.FirstAsync(line => line.Contains("speaks version none", StringComparison.Ordinal)).WaitAsync(Patience, Cancel);
            await older.UpAsync();
            await jobs.SubmitAsync(new SubmitJob("a", Job, ""), Cancel);
            await Until.HoldsAsync(async () => (await jobs.GetAsync("a", Cancel)).History.Count > 0, Patience);
            Assert.Equal(1, (await jobs.GetAsync("a", Cancel)).WorldSize);
        }
        await using var after = Jobs(await UpgradeAsync(coordinator, older, worker));
        await CompletesAsync(after);
    }

    [Fact, Trait("Category", "Slow")]
    public async Task A_sweep_goes_on_over_an_upgrade()
    {
        var coordinator = Coordinator(Previous);
        var (older, worker) = (Worker(Previous), Worker(This));
        await using (var sweeps = new HttpSweepClient(await coordinator.ApiAsync(), Patience, TimeProvider.System))
        {
            await older.UpAsync();
            await sweeps.SubmitAsync(new SubmitSweep("s", Sweep, "", 0), Cancel);
            await Until.HoldsAsync(async () => (await sweeps.GetAsync("s", Cancel)).Spent.Epochs > 0, Patience);
        }
        await using var after = new HttpSweepClient(await UpgradeAsync(coordinator, older, worker), Patience, TimeProvider.System);
        await Until.HoldsAsync(async () => (await after.GetAsync("s", Cancel)).Phase is SweepPhase.Completed or SweepPhase.Failed, Patience);
        var end = await after.GetAsync("s", Cancel);
        Assert.Equal((SweepPhase.Completed, 3, 6), (end.Phase, end.Spent.Trials, (int)end.Spent.Epochs!));
    }

    [Theory, Trait("Category", "Slow")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_of_one_release_and_a_server_of_the_other_understand_each_other(bool olderServer)
    {
        var (server, command) = olderServer ? (Previous, This) : (This, Previous);
        var url = (await Coordinator(server).ApiAsync()).ToString();
        Worker(server);
        string[] small = ["--set", "data.train=1600", "--set", "data.validation=200", "--set", "data.test=200", "--epochs", "1", "--workers", "1"];
        Assert.Equal(0, await RunAsync(command, ["train", "digits", .. small, "--server", url]));
        Assert.Equal(0, await RunAsync(command, ["jobs", "list", "--server", url]));
        Assert.Equal(0, await RunAsync(command, ["validate", "digits"]));
    }

    // As an operator does it: the coordinator, then a worker; the last old one goes at the end.
    async Task<Uri> UpgradeAsync(ConvoyNode coordinator, ConvoyNode older, ConvoyNode worker)
    {
        coordinator.Leave();
        await coordinator.EndAsync();
        var api = await Coordinator(This).ApiAsync();
        worker.Leave();
        Worker(This);
        older.Kill();
        return api;
    }

    async Task CompletesAsync(HttpJobClient jobs)
    {
        await Until.HoldsAsync(async () => (await jobs.GetAsync("a", Cancel)).Phase is JobPhase.Completed or JobPhase.Failed, Patience);
        var end = await jobs.GetAsync("a", Cancel);
        Assert.Equal((JobPhase.Completed, 4), (end.Phase, end.History.Count));
        Assert.True((await jobs.AuditAsync("a", Cancel)).Clean);
    }

    static HttpJobClient Jobs(Uri api) => new(api, Patience, TimeProvider.System);

    ConvoyNode Coordinator(string program) => Start(program, "coordinator", "--port", _port.ToString(CultureInfo.InvariantCulture), "--data-port", "0", "--api", "http://127.0.0.1:0", "--runs", Path.Combine(_folder, "runs"));

    ConvoyNode Worker(string program) => Start(program, "worker", "--join", $"127.0.0.1:{_port}", "--threads", "1");

    ConvoyNode Start(string program, params string[] arguments)
    {
        var node = ConvoyNode.StartProgram([program, .. arguments, "--supervised"], new Dictionary<string, string> { ["CONVOY_JOURNAL"] = Path.Combine(_folder, "journal.db") });
        _nodes.Add(node);
        return node;
    }

    static async Task<int> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        await process.WaitForExitAsync(Cancel).WaitAsync(Patience, Cancel);
        return process.ExitCode;
    }
}
