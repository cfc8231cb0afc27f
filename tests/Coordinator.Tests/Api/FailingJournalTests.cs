using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Akka.Actor;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Shared.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Convoy.Coordinator.Tests.Api;

/// <summary>A journal that does not take what it should, and takes it again.</summary>
public sealed class FailingJournalTests : IDisposable
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    readonly DirectoryInfo _runs = Directory.CreateTempSubdirectory("convoy-failing-");
    readonly LogLines _log = new();

    public void Dispose() => _runs.Delete(recursive: true);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_disk_is_full_everything_answers_why_and_the_job_completes_when_there_is_room()
    {
        using var disk = SmallDisk.Mount();
        await using var node = await ApiNode.StartOn(Path.Combine(disk.Folder, "journal.db"), _runs.FullName, Log);
        var first = node.AddWorker("w1", slots: 1, holdAfter: 2);
        await SubmitAsync(node, "a");
        await UntilAsync(async () => (await JobAsync(node, "a")).History.Count == 2);
        await SubmitAsync(node, "b");
        disk.Fill();

        var began = Stopwatch.GetTimestamp();
        await IsRefusedAsync(node.Http.PostAsync("/api/v1/jobs", Submission("c"), Cancel));
        await IsRefusedAsync(node.Http.PostAsync("/api/v1/jobs/b/cancel", null, Cancel));
        await IsRefusedAsync(node.Http.PostAsync("/api/v1/jobs/a/pause", null, Cancel));
        await IsRefusedAsync(node.Http.PostAsync("/api/v1/sweeps", JsonContent.Create(new { Spec = Sweeps.SweepScenario.Yaml, Id = "s" }), Cancel));
        var list = await TimedAsync(node.Http.GetFromJsonAsync<JobList>("/api/v1/jobs", ApiJson.Options, Cancel));
        Assert.Equal(["a", "b"], list!.Jobs.Select(job => job.JobId).Concat(list.Silent?.Select(one => one.Id) ?? []).Order());
        Assert.All(list.Silent ?? [], one => Assert.Contains("no space left on device", one.Why));
        var health = await TimedAsync(node.Http.GetAsync("/healthz/ready", Cancel));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy\nthe journal cannot be written: no space left on device"), (health.StatusCode, await health.Content.ReadAsStringAsync(Cancel)));
        // The log of five minutes would have fewer than a hundred lines.
        Assert.InRange(_log.Count, 1, 5 + 100 * Stopwatch.GetElapsedTime(began) / TimeSpan.FromMinutes(5));

        disk.MakeRoom();
        await UntilAsync(async () => (await node.Http.GetAsync("/healthz/ready", Cancel)).IsSuccessStatusCode);
        first.Tell(PoisonPill.Instance);
        node.AddWorker("w2", slots: 1);
        await UntilAsync(async () => (await JobAsync(node, "a")).Phase == JobPhase.Completed);
        Assert.True((await node.Http.GetFromJsonAsync<AuditReport>("/api/v1/jobs/a/audit", ApiJson.Options, Cancel))!.Clean);
        await UntilAsync(async () => (await JobAsync(node, "b")).Phase == JobPhase.Completed);
        Assert.Equal(HttpStatusCode.NotFound, (await node.Http.GetAsync("/api/v1/jobs/c", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_training_that_ends_while_the_disk_is_full_has_ended_when_there_is_room()
    {
        using var disk = SmallDisk.Mount();
        await using var node = await ApiNode.StartOn(Path.Combine(disk.Folder, "journal.db"), _runs.FullName, Log);
        var worker = node.AddWorker("w1", slots: 1, holdAfter: 1);
        await SubmitAsync(node, "a");
        await UntilAsync(async () => (await JobAsync(node, "a")).History.Count == 1);
        disk.Fill();

        await IsRefusedAsync(node.Http.PostAsync("/api/v1/jobs", Submission("b"), Cancel));
        await worker.Ask<FakeWorker.HoldNoMore>(new FakeWorker.HoldNoMore(), Soon, Cancel);
        Assert.Equal((JobPhase.Running, 1), ((await JobAsync(node, "a")).Phase, (await JobAsync(node, "a")).History.Count));
        disk.MakeRoom();

        await UntilAsync(async () => (await JobAsync(node, "a")).Phase == JobPhase.Completed);
        var job = await JobAsync(node, "a");
        Assert.Equal((1, 3, 0.97), (job.Generation, job.History.Count, job.Test!.Accuracy));
        Assert.True((await node.Http.GetFromJsonAsync<AuditReport>("/api/v1/jobs/a/audit", ApiJson.Options, Cancel))!.Clean);
    }

    [Fact]
    public async Task A_database_that_was_away_is_gone_on_with_within_seconds()
    {
        await using var server = new PostgresServer();
        await using var node = await ApiNode.StartOn(await server.CreateDatabaseAsync(), _runs.FullName, Log);
        var first = node.AddWorker("w1", slots: 1, holdAfter: 2);
        await SubmitAsync(node, "a");
        await UntilAsync(async () => (await JobAsync(node, "a")).History.Count == 2);
        await SubmitAsync(node, "b");
        await server.StopAsync();

        // More than the plugin's circuit breaker bears.
        for (var again = 0; again < 6; again++)
        {
            await IsRefusedAsync(node.Http.PostAsync("/api/v1/jobs", Submission("c"), Cancel), because: null);
            await IsRefusedAsync(node.Http.PostAsync("/api/v1/jobs/a/pause", null, Cancel), because: null);
            await IsRefusedAsync(node.Http.GetAsync("/api/v1/jobs", Cancel), because: null);
        }
        await IsRefusedAsync(node.Http.GetAsync("/api/v1/jobs/a/timeline", Cancel), because: null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await node.Http.GetAsync("/healthz/ready", Cancel)).StatusCode);

        await server.StartAgainAsync();
        var back = Stopwatch.GetTimestamp();
        first.Tell(PoisonPill.Instance);
        await UntilAsync(async () => (await node.Http.PostAsync("/api/v1/jobs/b/cancel", null, Cancel)).IsSuccessStatusCode);
        Assert.True(Stopwatch.GetElapsedTime(back) < Soon, $"only after {Stopwatch.GetElapsedTime(back).TotalSeconds:F1} s");
        node.AddWorker("w2", slots: 1);
        await UntilAsync(async () => (await JobAsync(node, "a")).Phase == JobPhase.Completed);
        Assert.True((await node.Http.GetFromJsonAsync<AuditReport>("/api/v1/jobs/a/audit", ApiJson.Options, Cancel))!.Clean);

        await server.MakeReadOnlyAsync();
        await IsRefusedAsync(node.Http.PostAsync("/api/v1/jobs", Submission("d"), Cancel), because: "the journal cannot be written: it is read-only");
        Assert.True(_log.Count < 20, _log.ToString());
    }

    static async Task IsRefusedAsync(Task<HttpResponseMessage> asked, string? because = "the journal cannot be written: no space left on device")
    {
        using var answer = await TimedAsync(asked);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        var detail = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("detail").GetString();
        if (because is null) Assert.StartsWith("the journal cannot be ", detail);
        else Assert.Equal(because, detail);
    }

    static Task<T> TimedAsync<T>(Task<T> asked) => asked.WaitAsync(Soon, Cancel);

    static async Task SubmitAsync(ApiNode node, string id) => (await node.Http.PostAsync("/api/v1/jobs", Submission(id), Cancel)).EnsureSuccessStatusCode();

    static JsonContent Submission(string id) => JsonContent.Create(new { Spec = "digits", Id = id, Overrides = (string[])["epochs=3"] });

    static async Task<JobView> JobAsync(ApiNode node, string id)
    {
        using var answer = await node.Http.GetAsync($"/api/v1/jobs/{id}", Cancel);
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JobView>(ApiJson.Options, Cancel))! : new(id, "", JobPhase.Queued, null, 0, 0, 0, 0, 0, [], null, null, "");
    }

    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1), "it does not come");
            await clock.WaitForNextTickAsync(Cancel);
        }
    }

    void Log(IServiceCollection services) => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddProvider(_log));
}

/// <summary>The lines that a node logs.</summary>
sealed class LogLines : ILoggerProvider, ILogger
{
    readonly List<string> _lines = [];

    public int Count
    {
        get
        {
            lock (_lines) return _lines.Count;
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines) _lines.AddRange($"{formatter(state, exception)}\n{exception}".TrimEnd().Split('\n'));
    }

    public override string ToString()
    {
        lock (_lines) return string.Join('\n', _lines);
    }

    public void Dispose()
    {
    }
}
