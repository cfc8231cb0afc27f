using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Convoy.Coordinator.Api;
using Convoy.Shared.Hosting;
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
        Assert.Equal(JobPhase.Paused, Assert.Single((await index.ListAsync(null, null, Cancel)).Answered).Phase);
        var asked = _asked.Count;
        Assert.Equal(JobPhase.Paused, Assert.Single((await index.ListAsync(null, null, Cancel)).Answered).Phase);
        Assert.Equal(JobPhase.Paused, Assert.Single(await index.KnownAsync(["a"], Cancel)).Phase);
        Assert.Equal(asked, _asked.Count);

        await _node.Ask(new ResumeJob("a"));
        Assert.Equal(JobPhase.Queued, Assert.Single((await index.ListAsync(null, null, Cancel)).Answered).Phase);
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
        var first = index.ListAsync(null, null, Cancel);
        await asked.Task;
        var second = index.ListAsync(null, null, Cancel);
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
            Assert.Equal(["a"], NewsOf(news).Jobs.Select(job => job.JobId));
            break;
        }
        Assert.True(begun);
    }

    [Fact]
    public async Task All_who_watch_are_told_by_the_same_bytes()
    {
        await SubmitAsync("a");
        using var feed = new OverviewFeed(new ClusterIndex(_node.System, new WorkerIndex(_node.Scheduler)), Index(AskAsync), new JournalIndex<ListedSweep>(_node.System, "sweep-", (_, _) => throw new InvalidOperationException(), _ => Rest.None), TimeProvider.System);
        await using var first = feed.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);
        await using var second = feed.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await first.MoveNextAsync() && await second.MoveNextAsync());
        Assert.Same(Bytes(first.Current), Bytes(second.Current));

        await SubmitAsync("b");
        Assert.True(await first.MoveNextAsync() && await second.MoveNextAsync());
        Assert.Equal(["b"], NewsOf(first.Current).Jobs.Select(job => job.JobId));
        Assert.Same(Bytes(first.Current), Bytes(second.Current));
    }

    [Fact]
    public async Task A_list_is_told_in_pages()
    {
        foreach (var id in (string[])["a", "b", "c", "d", "e"]) await SubmitAsync(id);
        var index = Index(AskAsync);
        var pages = new List<string>();
        for (string? after = null; ;)
        {
            var page = await index.ListAsync(after, 2, Cancel);
            pages.Add(string.Join(' ', page.Answered.Select(job => job.JobId)));
            if ((after = page.Next) is null) break;
        }
        Assert.Equal(["a b", "c d", "e"], pages);
        Assert.Equal(5, _asked.Count);
        Assert.Empty((await index.ListAsync("x", null, Cancel)).Answered);
    }

    [Fact]
    public async Task An_answer_is_made_once_for_all_who_came_before_it_was_begun()
    {
        var begun = new List<TaskCompletionSource<int>>();
        var came = new SemaphoreSlim(0);
        var shared = new SharedAnswer<int>(_ =>
        {
            lock (begun) begun.Add(new TaskCompletionSource<int>());
            came.Release();
            return begun[^1].Task;
        });
        var first = shared.GetAsync(Cancel);
        await came.WaitAsync(Cancel);
        var late = Enumerable.Range(0, 10).Select(_ => shared.GetAsync(Cancel)).ToList();
        begun[0].SetResult(1);
        Assert.Equal(1, await first);
        await came.WaitAsync(Cancel);
        begun[1].SetException(new JobException("gone"));
        foreach (var one in late) await Assert.ThrowsAsync<JobException>(() => one);

        var again = shared.GetAsync(Cancel);
        await came.WaitAsync(Cancel);
        begun[2].SetResult(3);
        Assert.Equal(3, await again);
        Assert.Equal(3, begun.Count);
    }

    static byte[] Bytes(ReadOnlyMemory<byte> frame) => MemoryMarshal.TryGetArray(frame, out var part) ? part.Array! : [];

    static OverviewNews NewsOf(ReadOnlyMemory<byte> frame) => JsonSerializer.Deserialize<OverviewNews>(Encoding.UTF8.GetString(frame.Span).Split("data: ")[1], ApiJson.Options)!;

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
