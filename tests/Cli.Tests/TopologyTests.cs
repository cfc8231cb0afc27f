using System.Diagnostics;
using System.Net;
using Convoy.Chaos;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Coordinator.Api.Security;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Transport;

namespace Convoy.Cli.Tests;

/// <summary>The pods of k8s/base without Kubernetes: what the images publish, each on a host of its own with the names of the headless
/// services, mutual TLS, and the journal in PostgreSQL.</summary>
[Collection(OneAtATime.Name)]
public sealed class TopologyTests(PostgresServer postgres) : IDisposable
{
    const string Sweep = "sweep";
    const int Trials = 10;

    // Eager enough to be under way in every restart.
    const string Search = """
        name: sweep
        base: {name: digits, data: {kind: digits, train: 6400, validation: 200, test: 200}, epochs: 4, batch_size: 64, world: {min: 1, max: 2},
          model: {input: [28, 28, 1], layers: [{conv2d: {filters: 16, kernel: 3, activation: relu}}, {max_pooling2d: {pool: 2}}, flatten, {dense: {units: 10, activation: softmax}}]}}
        space: {optimizer.lr: {kind: log, low: 0.0003, high: 0.01}}
        strategy: {kind: random}
        """;

    // In the order of their hosts; the image of each, and the service that names it.
    static readonly (string Name, string Image, string[] Arguments)[] Pods =
    [
        ("coordinator-0.coordinator", "coordinator", ["coordinator", "--port", "4053", "--data-port", "4054"]),
        ("worker-0.worker", "worker", ["worker", "--port", "4053", "--data-port", "4054", "--threads", "1"]),
        ("worker-1.worker", "worker", ["worker", "--port", "4053", "--data-port", "4054", "--threads", "1"]),
        ("augmenter-0.augmenter", "augmenter", ["augmenter", "--port", "4053", "--data-port", "4054"]),
        ("monitor-0.monitor", "coordinator", ["monitor", "--port", "4053"]),
    ];

    static readonly string Images = Path.Combine(ConvoyProgram.Root, "artifacts", "images", "src", "out");
    static readonly string Seeds = string.Join(',', Pods.Take(3).Select(pod => $"{pod.Name}:4053"));
    static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(60); // terminationGracePeriodSeconds of k8s/base
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    readonly ConvoyNode?[] _nodes = new ConvoyNode?[Pods.Length];
    ProcessVariable[] _shown = [];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait("Category", "Slow")]
    public async Task A_rolling_upgrade_of_every_pod_in_turn_costs_a_sweep_nothing()
    {
        Assert.SkipWhen(NetworkHosts.Missing is not null, NetworkHosts.Missing ?? "");
        Assert.SkipWhen(!Directory.Exists(Path.Combine(Images, "worker")), "k8s/verify.sh publishes the images first");
        using var hosts = new NetworkHosts(Pods.Length);
        hosts.Call([.. Pods.Select(pod => pod.Name)]);
        var journal = await postgres.CreateDatabaseAsync();
        Prepare(hosts);
        for (var pod = 0; pod < Pods.Length; pod++) Start(hosts, journal, pod);
        foreach (var node in _nodes) await node!.UpAsync();

        var api = new Uri($"https://{hosts.Address(Pods.Length)}:4080");
        await using var sweeps = new HttpSweepClient(api, GracePeriod, TimeProvider.System);
        await using var jobs = new HttpJobClient(api, GracePeriod, TimeProvider.System);
        await UntilAsync(async () => (await jobs.WorkersAsync(Cancel)).Count == 2);
        await sweeps.SubmitAsync(new SubmitSweep(Sweep, SweepWriter.Write(SweepReader.Read(Search, "sweep.yaml", [$"budget.trials={Trials}"])), ""), Cancel);
        var end = EndAsync(sweeps);
        await UntilAsync(async () => (await jobs.GetAsync($"{Sweep}-0", Cancel)).Step > 0);

        foreach (var pod in new[] { 2, 1, 3, 4, 0 })
        {
            Assert.False(end.IsCompleted, "the sweep ended before the upgrade; give it more trials");
            await RestartAsync(hosts, journal, pod);
        }
        await UntilAsync(async () => (await jobs.WorkersAsync(Cancel)).Count == 2);

        Assert.Equal(SweepPhase.Completed, (await end).Phase);
        var trials = await sweeps.TrialsAsync(Sweep, Cancel);
        Assert.Equal(Enumerable.Repeat((TrialPhase.Completed, 4), Trials), trials.Select(trial => (trial.Phase, trial.Epochs)));
        foreach (var trial in trials) Assert.True((await jobs.AuditAsync($"{Sweep}-{trial.Number}", Cancel)).Clean);
        Told($"{Trials} trials of 4 epochs completed, every sample of every epoch counted once");
    }

    async Task RestartAsync(NetworkHosts hosts, string journal, int pod)
    {
        var asked = Stopwatch.StartNew();
        await _nodes[pod]!.SignalAsync(Signals.Term);
        var (code, errors) = await _nodes[pod]!.EndAsync();
        var left = asked.Elapsed;
        Assert.True(code == ExitCode.Done, $"{Pods[pod].Name} ended with {code}: {string.Join('\n', errors)}");
        Assert.True(left < GracePeriod, $"{Pods[pod].Name} took {left}");
        Start(hosts, journal, pod);
        await _nodes[pod]!.UpAsync();
        Told($"{Pods[pod].Name}: left {left.TotalSeconds:0.0} s after SIGTERM, back after {asked.Elapsed.TotalSeconds:0.0} s");
    }

    // Certificates, tokens, and what this process shows as a client.
    void Prepare(NetworkHosts hosts)
    {
        CertificateAuthority.Create(At("ca"), DateTimeOffset.UtcNow, TimeSpan.FromDays(1));
        using var authority = CertificateAuthority.In(At("ca"));
        for (var pod = 0; pod < Pods.Length; pod++)
            authority.Issue(At(Pods[pod].Name), Pods[pod].Name, [Pods[pod].Name, hosts.Address(pod + 1)], DateTimeOffset.UtcNow, TimeSpan.FromDays(1));
        var (token, record) = AccessToken.Create("test", ApiRole.Submitter);
        new TokenFile(At("tokens.json")).Write([record]);
        _shown = [new(ApiToken.Variable, token), new(ApiAuthority.Variable, Path.Combine(At("ca"), NodeIdentity.AuthorityFile))];
        HttpClient.DefaultProxy = new WebProxy(); // the hosts are near, whatever the environment says
    }

    void Start(NetworkHosts hosts, string journal, int pod)
    {
        _nodes[pod]?.Dispose();
        var (name, image, arguments) = Pods[pod];
        string[] api = image == "coordinator" ? ["--api", "https://0.0.0.0:4080", "--tokens", At("tokens.json"), "--runs", At("runs"), "--data-root", _folder] : [];
        _nodes[pod] = ConvoyNode.StartProgram(
            [.. hosts.On(pod + 1), "dotnet", Path.Combine(Images, image, "Convoy.Cli.dll"), .. arguments, .. api, "--host", "0.0.0.0", "--public-host", name, "--join", Seeds, "--tls", At(name)],
            new Dictionary<string, string> { ["CONVOY_JOURNAL"] = image == "coordinator" ? journal : "", ["DOTNET_EnableDiagnostics"] = "0" });
    }

    static async Task<SweepView> EndAsync(HttpSweepClient sweeps)
    {
        await foreach (var view in sweeps.WatchAsync(Sweep, Cancel))
            if (view.HasEnded) return view;
        throw new InvalidOperationException("the sweep was lost sight of");
    }

    static Task UntilAsync(Func<Task<bool>> holds) => Until.HoldsAsync(async () =>
    {
        try
        {
            return await holds();
        }
        catch (JobException)
        {
            return false; // not yet there, or out of reach for a moment
        }
    }, Patience);

    static void Told(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

    string At(string name) => Path.Combine(_folder, name);

    public void Dispose()
    {
        foreach (var node in _nodes) node?.Dispose();
        foreach (var variable in _shown) variable.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
