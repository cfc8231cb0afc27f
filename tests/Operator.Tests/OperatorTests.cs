using System.Text.Json.Nodes;
using Convoy.Operator.Resources;
using Convoy.Operator.Runs;
using Convoy.Operator.Tests.Cluster;
using Convoy.Shared.Protocol;

namespace Convoy.Operator.Tests;

/// <summary>The operator between an API server and a coordinator, both over HTTP.</summary>
public sealed class OperatorTests(CoordinatorFixture coordinator) : IClassFixture<CoordinatorFixture>, IAsyncLifetime
{
    const string TooManySlots = "world={min: 8, max: 8}"; // more than there are: waits

    static readonly ResourceKind Job = ResourceKind.TrainingJob;

    ApiServer _server = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static WorkloadSpec Digits(params string[] overrides) => new() { Preset = "digits", Overrides = ["epochs=3", .. overrides] };

    public async ValueTask InitializeAsync() => _server = await ApiServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    RunningOperator Start() => new(_server, coordinator.Address);

    Task<Workload?> UntilState(ResourceKind kind, string name, RunState state) => _server.Store.Until(kind, name, resource => resource?.Status?.State == $"{state}");

    Task<Workload?> UntilGone(ResourceKind kind, string name) => _server.Store.Until(kind, name, resource => resource is null);

    async Task<JobPhase> PhaseOf(Workload resource)
    {
        await using var jobs = coordinator.Jobs();
        return (await jobs.GetAsync(RunId.Of(resource), Cancel)).Phase;
    }

    [Fact]
    public async Task A_training_job_that_is_created_runs_and_its_status_comes_to_completed_with_the_best()
    {
        await using var running = Start();
        var created = _server.Store.Create(Job, "runs", Digits());

        var done = (await UntilState(Job, "runs", RunState.Completed))!;

        var status = done.Status!;
        Assert.Equal((RunId.Of(created), "epoch 3/3", "val_acc 1.0000", 1L), (status.JobId, status.Progress, status.Best, status.ObservedGeneration));
        Assert.Equal([("Ready", "True", "Completed"), ("Complete", "True", "Completed"), ("Failed", "False", "Completed"), ("Stale", "False", "Seen")], status.Conditions!.Select(condition => (condition.Type, condition.Status, condition.Reason)));
        Assert.Equal([ResourceKind.Finalizer], done.Metadata.Finalizers);
        // That of the last state comes after it; those of the states before have come.
        Assert.NotEmpty(_server.Events);
        Assert.All(_server.Events, told => Assert.StartsWith("runs: Normal ", told));
    }

    [Fact]
    public async Task A_training_job_that_is_deleted_cancels_its_job_before_it_goes()
    {
        await using var running = Start();
        var created = _server.Store.Create(Job, "deleted", Digits(TooManySlots));
        await UntilState(Job, "deleted", RunState.Queued);

        _server.Store.Delete(Job, "deleted");

        await UntilGone(Job, "deleted");
        Assert.Equal(JobPhase.Cancelled, await PhaseOf(created));
    }

    [Fact]
    public async Task An_operator_that_starts_anew_submits_nothing_twice_and_goes_on_where_the_other_ended()
    {
        var before = await coordinator.Submissions();
        await using (Start())
        {
            _server.Store.Create(Job, "kept", Digits(TooManySlots));
            await UntilState(Job, "kept", RunState.Queued);
        }
        await using (Start())
        {
            _server.Store.Edit(Job, "kept", new JsonObject { ["paused"] = true });
            await UntilState(Job, "kept", RunState.Paused);
        }
        Assert.Equal(1, await coordinator.Submissions() - before);
    }

    [Fact]
    public async Task A_job_is_paused_and_goes_on_as_its_resource_says()
    {
        await using var running = Start();
        var created = _server.Store.Create(Job, "paused", Digits(TooManySlots) with { Paused = true });
        Assert.Null((await UntilState(Job, "paused", RunState.Paused))!.Status!.JobId); // nothing is submitted before it is wanted

        _server.Store.Edit(Job, "paused", new JsonObject { ["paused"] = false });
        await UntilState(Job, "paused", RunState.Queued);
        _server.Store.Edit(Job, "paused", new JsonObject { ["paused"] = true });
        await UntilState(Job, "paused", RunState.Paused);

        Assert.Equal(JobPhase.Paused, await PhaseOf(created));
        _server.Store.Edit(Job, "paused", new JsonObject { ["paused"] = false });
        await UntilState(Job, "paused", RunState.Queued);
    }

    [Fact]
    public async Task A_spec_that_does_not_hold_together_is_invalid_until_it_changes()
    {
        await using var running = Start();
        _server.Store.Create(Job, "bad", Digits("epochz=2"));
        Assert.Contains("epochs", (await UntilState(Job, "bad", RunState.Invalid))!.Status!.Message, StringComparison.Ordinal);

        _server.Store.Edit(Job, "bad", new JsonObject { ["overrides"] = new JsonArray(TooManySlots) });

        Assert.DoesNotContain("epochs", (await UntilState(Job, "bad", RunState.Queued))!.Status!.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_runs_and_is_cancelled_when_it_is_deleted()
    {
        await using var running = Start();
        var created = _server.Store.Create(ResourceKind.Sweep, "rates", new WorkloadSpec { Preset = "mnist-sweep", Overrides = [TooManySlots] });
        Assert.Equal("trial 0/16", (await UntilState(ResourceKind.Sweep, "rates", RunState.Running))!.Status!.Progress);

        _server.Store.Delete(ResourceKind.Sweep, "rates");

        await UntilGone(ResourceKind.Sweep, "rates");
        await using var sweeps = coordinator.Sweeps();
        Assert.True((await sweeps.GetAsync(RunId.Of(created), Cancel)).Phase is SweepPhase.Closing or SweepPhase.Cancelled);
    }

    [Fact]
    public async Task Nothing_that_happens_while_a_watch_is_broken_is_missed_though_its_version_is_gone()
    {
        await using var running = Start();
        _server.Store.Create(Job, "deleted-behind", Digits(TooManySlots));
        await UntilState(Job, "deleted-behind", RunState.Queued);

        _server.Store.Behind(() =>
        {
            _server.Store.Create(Job, "created-behind", Digits(TooManySlots));
            _server.Store.Delete(Job, "deleted-behind");
        });

        await UntilState(Job, "created-behind", RunState.Queued);
        await UntilGone(Job, "deleted-behind");
        Assert.True(_server.Requests.Count(request => request == "LIST trainingjobs") > 1);
    }

    [Fact]
    public async Task Bookmarks_spare_a_quiet_watch_the_list()
    {
        await using var running = Start();
        _server.Store.Create(ResourceKind.Sweep, "first", new WorkloadSpec { Preset = "mnist-sweep", Paused = true });
        await UntilState(ResourceKind.Sweep, "first", RunState.Paused);
        _server.Store.Create(Job, "other", Digits() with { Paused = true });
        await UntilState(Job, "other", RunState.Paused);

        _server.Store.Bookmark();
        _server.Store.EndWatches();

        _server.Store.Create(ResourceKind.Sweep, "second", new WorkloadSpec { Preset = "mnist-sweep", Paused = true });
        await UntilState(ResourceKind.Sweep, "second", RunState.Paused);
        Assert.Single(_server.Requests, request => request == "LIST sweeps");
    }

    [Fact]
    public async Task An_API_server_that_refuses_is_asked_again_until_it_does_not()
    {
        _server.Refuse("LIST trainingjobs", 2, 500);
        await using var running = Start();
        _server.Store.Create(Job, "early", Digits(TooManySlots));
        await UntilState(Job, "early", RunState.Queued);

        _server.Refuse("PATCH trainingjobs/late", 3, 429);
        _server.Store.Create(Job, "late", Digits(TooManySlots));

        await UntilState(Job, "late", RunState.Queued);
        Assert.Equal(4, _server.Requests.Count(request => request == "PATCH trainingjobs/late"));
    }

    [Fact]
    public async Task A_coordinator_that_does_not_answer_is_told_in_the_status_and_holds_the_resource()
    {
        await using (Start())
        {
            _server.Store.Create(Job, "waits", Digits(TooManySlots));
            await UntilState(Job, "waits", RunState.Queued);
        }
        await using (new RunningOperator(_server, new Uri("http://127.0.0.1:1")))
        {
            _server.Store.Delete(Job, "waits");
            var status = (await _server.Store.Until(Job, "waits", resource => resource?.Status?.Conditions?[0].Reason == "Unreachable"))!.Status!;
            Assert.Contains("no coordinator answers there", status.Message, StringComparison.Ordinal);
            Assert.Equal("Queued", status.State);
        }
        Assert.NotNull(_server.Store.Find(Job.Plural, "waits"));
        await using var running = Start();
        await UntilGone(Job, "waits");
    }
}
