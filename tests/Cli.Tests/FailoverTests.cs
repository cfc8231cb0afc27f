using System.Globalization;
using Convoy.Chaos;
using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Tests;

/// <summary>Coordinators that share a PostgreSQL journal, as processes.</summary>
[Collection(OneAtATime.Name)]
public sealed class FailoverTests(PostgresServer postgres) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly string _runs = Directory.CreateTempSubdirectory("convoy-").FullName;
    // A worker has the lowest address, so that it leads the cluster, and must have the dead coordinator put out.
    readonly int[] _ports = Ports.Free(4);
    readonly List<ConvoyNode> _nodes = [];

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        Directory.Delete(_runs, recursive: true);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait("Category", "Slow")]
    public async Task A_job_goes_on_when_the_coordinator_that_runs_it_is_killed()
    {
        var journal = await postgres.CreateDatabaseAsync();
        var first = StartCoordinator(journal, 1);
        // Alone when the job is submitted: job and scheduler are on it.
        await using (var client = new HttpJobClient(await first.ApiAsync(), Patience, TimeProvider.System)) await client.SubmitAsync(new SubmitJob("a", Spec, ""), Cancel);
        var (second, third) = (StartCoordinator(journal, 2), StartCoordinator(journal, 3));
        Start(journal, "worker", "--port", Number(_ports[0]), "--join", Seeds, "--threads", "1");
        Start(journal, "worker", "--join", Seeds, "--threads", "1");

        await using var watching = new HttpJobClient(await second.ApiAsync(), Patience, TimeProvider.System);
        await using var asking = new HttpJobClient(await third.ApiAsync(), Patience, TimeProvider.System);
        await using var news = watching.WatchAsync("a", Cancel).GetAsyncEnumerator(Cancel);
        await NextAsync<JobView>(news, view => view.WorldSize == 2);
        var before = await NextAsync<StepProgress>(news, progress => progress.Epoch == 2);
        first.Kill();
        var end = await NextAsync<JobView>(news, view => view.Phase is JobPhase.Completed or JobPhase.Failed);
        Assert.Equal((JobPhase.Completed, 2, 4), (end.Phase, end.WorldSize, end.History.Count));
        Assert.True(end.Generation > before.Generation);

        // What the world had done of the epoch was gone on with, not done again.
        var audit = await asking.AuditAsync("a", Cancel);
        Assert.True(audit.Clean);
        Assert.Contains(before.Generation, audit.Epochs[1].Generations);
        Assert.Equal(JobPhase.Completed, Assert.Single((await asking.ListAsync(Cancel)).Jobs).Phase);
        Assert.Equal(2, (await asking.WorkersAsync(Cancel)).Count);
        foreach (var node in _nodes.Skip(1)) node.Leave();
        foreach (var node in _nodes.Skip(1)) AssertQuiet(await node.EndAsync());
    }

    [Fact]
    public async Task A_journal_that_does_not_let_a_coordinator_in_is_one_line_without_the_password()
    {
        var journal = await postgres.CreateDatabaseAsync();
        var (code, errors) = await Start(journal.Replace("Password=", "Password=hunter2", StringComparison.Ordinal), "coordinator", "--port", "0", "--data-port", "0", "--api", "http://127.0.0.1:0", "--runs", _runs, "--verbose").EndAsync();
        Assert.Equal(1, code);
        Assert.Matches("^convoy: cannot open the journal, database 'test_.*: password authentication failed for user \"convoy\"$", errors[0]);
        Assert.DoesNotContain(errors, line => line.Contains("hunter2", StringComparison.Ordinal));
    }

    // That a coordinator is gone is told by the cluster, in a line or two; of the jobs' lives there is more.
    static void AssertQuiet((int Code, string[] Errors) end)
    {
        Assert.Equal(0, end.Code);
        Assert.True(end.Errors.Count(line => !line.Contains(" info: ", StringComparison.Ordinal)) <= 4, string.Join('\n', end.Errors));
    }

    static readonly string Spec = SpecWriter.Write(SpecReader.Read(Presets.TryGet("digits", out var yaml) ? yaml : "", "digits", ["data.train=3200", "data.validation=200", "data.test=200", "epochs=4", "world.max=2"]));

    string Seeds => string.Join(',', _ports.Skip(1).Select(port => $"127.0.0.1:{port}"));

    ConvoyNode StartCoordinator(string journal, int index) =>
        Start(journal, "coordinator", "--port", Number(_ports[index]), "--data-port", "0", "--join", Seeds, "--api", "http://127.0.0.1:0", "--runs", _runs);

    static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);

    ConvoyNode Start(string journal, params string[] arguments)
    {
        _nodes.Add(ConvoyNode.Start(journal, arguments));
        return _nodes[^1];
    }

    static async Task<T> NextAsync<T>(IAsyncEnumerator<IWire> news, Func<T, bool> wanted) where T : class
    {
        while (await news.MoveNextAsync())
            if (news.Current is T told && wanted(told)) return told;
        throw new InvalidOperationException($"the news ended without the {typeof(T).Name} that was waited for");
    }
}
