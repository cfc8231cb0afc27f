using System.Diagnostics;
using System.Globalization;
using Convoy.Chaos;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Tests;

/// <summary>A coordinator that is started anew, and the nodes that it had.</summary>
[Collection(OneAtATime.Name)]
public sealed class RestartTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    // It takes three on a machine that does nothing else; what is to be told from it took a minute, or for ever.
    static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(15);

    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    readonly int[] _ports = Ports.Free(2);
    readonly List<ConvoyNode> _nodes = [];

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Seed => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_ports[0]}");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_coordinator_that_is_started_anew_has_all_its_nodes_back_and_the_job_goes_on_from_memory(bool killed)
    {
        var first = StartCoordinator();
        await first.UpAsync();
        ConvoyNode[] workers = [Start("worker", "--join", Seed, "--threads", "1"), Start("worker", "--join", Seed, "--threads", "1")];
        ConvoyNode[] others = [Start("augmenter", "--join", Seed), Start("monitor", "--join", Seed, "--runs", _folder, "--api", "http://127.0.0.1:0")];
        foreach (var node in workers.Concat(others)) await node.UpAsync();
        await using var client = new HttpJobClient(new Uri($"http://127.0.0.1:{_ports[1]}"), Patience, TimeProvider.System);
        await client.SubmitAsync(new SubmitJob("a", Spec, ""), Cancel);
        var before = await NextAsync<StepProgress>(client, progress => progress.Epoch == 2);

        if (killed) first.Kill();
        else first.Leave();
        await first.EndAsync();
        await StartCoordinator().UpAsync();
        var up = Stopwatch.GetTimestamp();

        foreach (var node in workers.Concat(others)) await node.UpAsync(times: 2, BackWithin - Stopwatch.GetElapsedTime(up));
        await Until.HoldsAsync(async () => (await client.WorkersAsync(Cancel)).Count == 2, BackWithin);
        TestContext.Current.TestOutputHelper!.WriteLine($"all are back after {Stopwatch.GetElapsedTime(up).TotalSeconds:0.0} s");
        Assert.All(workers.Concat(others), node => Assert.Contains(node.Error.SoFar, line => line.EndsWith(": lost the coordinators, or most of them; joining again", StringComparison.Ordinal)));
        var after = await NextAsync<StepProgress>(client, progress => progress.Generation > before.Generation);
        Assert.True(after.Step >= before.Step, $"step {after.Step} came after {before.Step}");
        await client.CancelAsync("a", Cancel);
        var audit = await client.AuditAsync("a", Cancel);
        Assert.True(audit.Clean);
    }

    [Fact]
    public async Task A_node_whose_coordinator_is_not_there_says_so_and_ends_where_it_is_told_to()
    {
        var (code, errors) = await Start("augmenter", "--join", Seed, "--join-timeout", "2").EndAsync();

        Assert.Equal(ExitCode.Failed, code);
        Assert.EndsWith($"waits for a coordinator: {Seed}: Connection refused", errors[0]);
        Assert.Equal([$"convoy: no cluster within 2 s (--join-timeout): {Seed}: Connection refused"], errors[1..]);
    }

    [Fact]
    public async Task A_node_waits_for_its_coordinator_and_joins_it_as_soon_as_it_is_there()
    {
        var early = Start("augmenter", "--join", Seed);
        await early.Error.FirstAsync(line => line.EndsWith($"waits for a coordinator: {Seed}: Connection refused", StringComparison.Ordinal)).WaitAsync(Patience, Cancel);
        await StartCoordinator().UpAsync();

        await early.UpAsync(times: 1, BackWithin);
    }

    static readonly string Spec = SpecWriter.Write(SpecReader.Read(Presets.TryGet("digits", out var yaml) ? yaml : "", "digits", ["data.train=12800", "data.validation=200", "data.test=200", "epochs=200", "world.max=2"]));

    ConvoyNode StartCoordinator() =>
        Start("coordinator", "--port", Number(_ports[0]), "--data-port", "0", "--api", $"http://127.0.0.1:{Number(_ports[1])}", "--runs", _folder);

    static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);

    ConvoyNode Start(params string[] arguments)
    {
        _nodes.Add(ConvoyNode.StartWith(new Dictionary<string, string> { ["CONVOY_JOURNAL"] = Path.Combine(_folder, "journal.db") }, _folder, "", arguments));
        return _nodes[^1];
    }

    static async Task<T> NextAsync<T>(HttpJobClient client, Func<T, bool> wanted) where T : class
    {
        await foreach (var news in client.WatchAsync("a", Cancel).WithCancellation(Cancel))
            if (news is T told && wanted(told)) return told;
        throw new InvalidOperationException($"the news ended without the {typeof(T).Name} that was waited for");
    }
}
