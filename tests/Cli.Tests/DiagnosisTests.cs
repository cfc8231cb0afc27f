using System.Diagnostics;
using Convoy.Chaos;
using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Jobs;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Training;

namespace Convoy.Cli.Tests;

/// <summary>Processes of their own, one of which is stopped in the middle of a training.</summary>
[Collection(OneAtATime.Name)]
public sealed class DiagnosisTests : IDisposable
{
    readonly NodeFolder _nodes = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task A_worker_that_stands_still_is_named_within_five_seconds()
    {
        var api = await _nodes.CoordinatorAsync();
        ConvoyNode[] workers = [_nodes.Worker(), _nodes.Worker()];
        await using var client = new HttpJobClient(api, TimeSpan.FromMinutes(1), TimeProvider.System);
        await client.SubmitAsync(new SubmitJob("a", Spec(epochs: 1000, steps: 200), ""), Cancel);
        await foreach (var news in client.WatchAsync("a", Cancel))
            if (news is StepProgress) break;

        await workers[1].SignalAsync(Signals.Stop);
        var asked = Stopwatch.GetTimestamp();
        var (verdict, answering) = await WhyAsync(api);
        var took = Stopwatch.GetElapsedTime(asked);

        Assert.True(took < TimeSpan.FromSeconds(5), $"took {took.TotalSeconds:F1} s");
        Assert.Matches(@"^rank \d on worker \S+ \(127\.0\.0\.1\) does not answer(, and has not come to the all-reduce of step [\d,]+| since about step [\d,]+)", verdict);
        Assert.Matches(@"^\d .* the [a-z'-]+ ", Assert.Single(answering));
        await workers[1].SignalAsync(Signals.Continue);
    }

    [Theory]
    [InlineData(ReplicaPhase.Backward, "the backward pass", "1 waits for it in the all-reduce")]
    [InlineData(ReplicaPhase.Evaluation, "the evaluation", "1 waits for it")]
    public async Task A_replica_that_is_stuck_is_named_with_its_phase(ReplicaPhase phase, string words, string others)
    {
        using var stuck = new Stuck(phase);
        await using var client = await new EmbeddedCluster { Probe = stuck }.StartAsync(_nodes.Path, new ClusterSize(2, "cpu"), Cancel);
        await client.SubmitAsync(new SubmitJob("a", Spec(epochs: 1, steps: 20), _nodes.In("a")), Cancel);
        await stuck.Reached.WaitAsync(TimeSpan.FromMinutes(1), Cancel);

        JobDiagnosis why = new("a", "", []);
        // The verdict waits until a person would notice: asking is the only way to hear of it.
        await Until.HoldsAsync(async () => (why = await client.WhyAsync("a", Cancel)).Verdict.Contains("waits", StringComparison.Ordinal), TimeSpan.FromMinutes(1));

        Assert.Matches($@"^rank 1 on worker \S+ \(127\.0\.0\.1\) has been in {words} of step \d+ for \d+\.\d s; {others}$", why.Verdict);
        Assert.Equal([(0, 0), (1, 1)], why.Ranks.Select(rank => (rank.Rank, rank.Standing!.Rank)));
        Assert.Equal(phase, why.Ranks[1].Standing!.Phase);
        stuck.Free(); // before the cluster ends, which would wait for it
    }

    /// <summary>Holds rank 1 in a phase of its second step or later.</summary>
    sealed class Stuck(ReplicaPhase where) : IReplicaProbe, IDisposable
    {
        readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly ManualResetEventSlim _freed = new();

        public Task Reached => _reached.Task;

        public void Enter(ReplicaPhase phase, int rank, long step)
        {
            if (phase != where || rank != 1 || step < 2) return;
            _reached.TrySetResult();
            _freed.Wait();
        }

        public void Free() => _freed.Set();

        public void Dispose() => Free();
    }

    static string Spec(int epochs, int steps) => SpecWriter.Write(SpecReader.Read($$$"""
        data: {kind: digits, train: {{{20 * steps}}}, validation: 100, test: 100}
        model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 64, activation: relu}}, {dense: {units: 10, activation: softmax}}]}
        batch_size: 20
        epochs: {{{epochs}}}
        world: {min: 2, max: 2}
        """, "test"));

    static async Task<(string Verdict, string[] Answering)> WhyAsync(Uri api)
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Done, await convoy.RunAsync("jobs", "why", "a", "--server", api.ToString()));
        var lines = convoy.Out.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        return (lines[0], [.. lines[2..].Where(line => !line.Contains("does not answer", StringComparison.Ordinal))]);
    }
}
