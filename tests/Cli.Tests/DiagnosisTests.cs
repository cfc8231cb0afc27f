using System.Diagnostics;
using System.Globalization;
using Convoy.Chaos;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Tests;

/// <summary>Processes of their own, one of which is stopped in the middle of a training.</summary>
[Collection(OneAtATime.Name)]
public sealed class DiagnosisTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    readonly string _seed = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Ports.Free(1)[0]}");
    readonly List<ConvoyNode> _nodes = [];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_worker_that_stands_still_is_named_within_five_seconds()
    {
        var api = await Start("coordinator", "--port", _seed.Split(':')[1], "--data-port", "0", "--api", "http://127.0.0.1:0", "--runs", _folder).ApiAsync();
        ConvoyNode[] workers = [Start("worker", "--join", _seed, "--threads", "1"), Start("worker", "--join", _seed, "--threads", "1")];
        await using var client = new HttpJobClient(api, TimeSpan.FromMinutes(1), TimeProvider.System);
        await client.SubmitAsync(new SubmitJob("a", SpecWriter.Write(SpecReader.Read("""
            data: {kind: digits, train: 4000, validation: 100, test: 100}
            model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 64, activation: relu}}, {dense: {units: 10, activation: softmax}}]}
            batch_size: 20
            epochs: 1000
            world: {min: 2, max: 2}
            """, "test")), ""), Cancel);
        await foreach (var news in client.WatchAsync("a", Cancel))
            if (news is StepProgress) break;

        workers[1].Signal(Signals.Stop);
        var asked = Stopwatch.GetTimestamp();
        var (verdict, answering) = await WhyAsync(api);
        var took = Stopwatch.GetElapsedTime(asked);

        Assert.True(took < TimeSpan.FromSeconds(5), $"took {took.TotalSeconds:F1} s");
        Assert.Matches(@"^rank \d on worker \S+ \(127\.0\.0\.1\) does not answer", verdict);
        Assert.Matches(@"^\d .* the [a-z'-]+ ", Assert.Single(answering));
        workers[1].Signal(Signals.Continue);
    }

    static async Task<(string Verdict, string[] Answering)> WhyAsync(Uri api)
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Done, await convoy.RunAsync("jobs", "why", "a", "--server", api.ToString()));
        var lines = convoy.Out.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        return (lines[0], [.. lines[2..].Where(line => !line.Contains("does not answer", StringComparison.Ordinal))]);
    }

    ConvoyNode Start(params string[] arguments)
    {
        _nodes.Add(ConvoyNode.Start("", arguments));
        return _nodes[^1];
    }
}
