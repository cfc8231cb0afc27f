using Convoy.Coordinator.Api;
using Convoy.Coordinator.Jobs;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Coordinator.Tests.Api;

/// <summary>Lists of what a journal has.</summary>
public sealed class JournalIndexTests : IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-index-");
    readonly List<string> _asked = [];
    Node _node = null!;

    public async ValueTask InitializeAsync() => _node = await Node.Start(Path.Combine(_folder.FullName, "journal.sqlite"));

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_rests_is_not_asked_again_until_somebody_tells_it_something()
    {
        await SubmitAsync("a");
        await _node.Ask(new PauseJob("a"));
        var index = Index(AskAsync);
        Assert.Equal(JobPhase.Paused, Assert.Single((await index.ListAsync(Cancel)).Answered).Phase);
        var asked = _asked.Count;
        Assert.Equal(JobPhase.Paused, Assert.Single((await index.ListAsync(Cancel)).Answered).Phase);
        Assert.Equal(JobPhase.Paused, Assert.Single(await index.KnownAsync(["a"], Cancel)).Phase);
        Assert.Equal(asked, _asked.Count);

        await _node.Ask(new ResumeJob("a"));
        Assert.Equal(JobPhase.Queued, Assert.Single((await index.ListAsync(Cancel)).Answered).Phase);
        await _node.Ask(new PauseJob("a"));
        Assert.Equal(JobPhase.Paused, Assert.Single(await index.KnownAsync(["a"], Cancel)).Phase);
        await _node.Ask(new CancelJob("a"));
        Assert.Equal(JobPhase.Cancelled, Assert.Single(await index.KnownAsync(["a"], Cancel)).Phase);
    }

    [Fact]
    public async Task Two_who_ask_at_the_same_time_both_hear()
    {
        await SubmitAsync("a");
        var (asked, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var index = Index(async (id, cancel) =>
        {
            asked.TrySetResult();
            await goOn.Task;
            return await AskAsync(id, cancel);
        });
        var first = index.ListAsync(Cancel);
        await asked.Task;
        var second = index.ListAsync(Cancel);
        goOn.SetResult();
        Assert.Equal("a", Assert.Single((await first).Answered).JobId);
        Assert.Equal("a", Assert.Single((await second).Answered).JobId);
    }

    [Fact]
    public async Task A_job_that_does_not_answer_holds_up_nobody_and_stands_as_it_last_did()
    {
        foreach (var id in (string[])["a", "b", "c"]) await SubmitAsync(id);
        var never = new TaskCompletionSource<JobSummary>();
        var stuck = new HashSet<string> { "c" };
        var index = Index((id, cancel) => stuck.Contains(id) ? never.Task : AskAsync(id, cancel));
        Assert.Equal(["a", "b"], (await index.KnownAsync(["a", "b", "c"], Cancel)).Select(job => job.JobId));
        stuck.Add("b");
        Assert.Equal(["a", "b"], (await index.KnownAsync(["a", "b", "c"], Cancel)).Select(job => job.JobId));
        never.SetResult(await AskAsync("c", Cancel));
        Assert.Contains("c", (await index.KnownAsync(["a", "c"], Cancel)).Select(job => job.JobId));
    }

    [Fact]
    public async Task The_jobs_of_a_sweep_that_begins_while_the_overview_is_made_are_not_among_the_jobs()
    {
        await SubmitAsync("a");
        await _node.Sweeps.SubmitAsync(Sweep("old"), Cancel);
        var begun = false;
        using var feed = new OverviewFeed(
            new ClusterIndex(_node.System, new WorkerIndex(_node.Scheduler)),
            Index(AskAsync),
            new JournalIndex<ListedSweep>(_node.System, "sweep-", async (id, cancel) =>
            {
                if (!begun)
                {
                    begun = true;
                    await _node.Sweeps.SubmitAsync(Sweep("new"), cancel);
                    await _node.Watch("new-0").For<JobView>(_ => true);
                }
                return ListedSweep.Of(await _node.Sweeps.GetAsync(id, cancel));
            }, _ => Rest.None),
            TimeProvider.System);
        await foreach (var news in feed.WatchAsync(Cancel))
        {
            Assert.Equal(["a"], news.Jobs.Select(job => job.JobId));
            break;
        }
        Assert.True(begun);
    }

    JournalIndex<JobSummary> Index(Func<string, CancellationToken, Task<JobSummary>> ask) => new(_node.System, JobActor.PersistencePrefix, ask, job => job.Phase switch
    {
        JobPhase.Cancelled => Rest.ForGood,
        JobPhase.Paused => Rest.UntilTold,
        _ => Rest.None,
    });

    async Task<JobSummary> AskAsync(string id, CancellationToken cancel)
    {
        lock (_asked) _asked.Add(id);
        return JobSummary.Of(Assert.IsType<JobView>(await _node.Ask(new GetJob(id))));
    }

    async Task SubmitAsync(string id) =>
        Assert.IsType<JobAccepted>(await _node.Ask(new SubmitJob(id, SpecWriter.Write(SpecReader.Read(Presets.TryGet("digits", out var yaml) ? yaml : "", "digits.yaml")), Path.Combine(_folder.FullName, id))));

    SubmitSweep Sweep(string id) => new(id, SweepWriter.Write(SweepReader.Read(Sweeps.SweepScenario.Yaml, "sweep.yaml")), Path.Combine(_folder.FullName, id));
}
