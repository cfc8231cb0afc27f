using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convoy.Coordinator.Api;
using Convoy.Shared.Protocol;
using Microsoft.Data.Sqlite;

namespace Convoy.Coordinator.Tests.Api;

public sealed class HttpApiTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-api-");

    public void Dispose() => _folder.Delete(recursive: true);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static object Digits(string id) => new { spec = "digits", overrides = (string[])["epochs=3"], id };

    [Fact]
    public async Task A_submitted_job_is_followed_by_its_events_to_its_end_and_then_listed()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        using var created = await node.Http.PostAsJsonAsync("api/v1/jobs", Digits("a"), Cancel);
        Assert.Equal((HttpStatusCode.Created, "/api/v1/jobs/a"), (created.StatusCode, created.Headers.Location!.OriginalString));

        var events = await Events(node, "a", _ => false, watching: () => node.AddWorker("w1", slots: 2));
        Assert.Equal(ApiEvents.View, events[0].EventType);
        Assert.Contains(events, item => item.EventType == ApiEvents.Progress && JsonSerializer.Deserialize<StepProgress>(item.Data, ApiJson.Options)!.Epoch == 3);
        var end = JsonSerializer.Deserialize<JobView>(events[^1].Data, ApiJson.Options)!;
        Assert.Equal((JobPhase.Completed, 3, 30L, new Metrics(0.1, 0.97, 20)), (end.Phase, end.History.Count, end.Step, end.Test!));

        var listed = Assert.Single((await node.Http.GetFromJsonAsync<JobList>("api/v1/jobs", ApiJson.Options, Cancel))!.Jobs);
        Assert.Equal(("a", "digits", JobPhase.Completed, 3, Path.Combine(_folder.FullName, "a")), (listed.JobId, listed.Name, listed.Phase, listed.EpochsDone, listed.Folder));
        Assert.Equal("completed", (await Json(node, "api/v1/jobs/a"))["phase"]!.GetValue<string>());
        var audit = (await node.Http.GetFromJsonAsync<AuditReport>("api/v1/jobs/a/audit", ApiJson.Options, Cancel))!;
        Assert.Equal((true, 640, 3), (audit.Clean, audit.Samples, audit.Epochs.Count(epoch => epoch.SamplesOnce == 640)));
        Assert.Contains("epochs: 3", await node.Http.GetStringAsync("api/v1/jobs/a/spec", Cancel));
        var steps = (await Json(node, "api/v1/jobs/a/steps"))["steps"]!.AsArray();
        Assert.Equal(events.Where(item => item.EventType == ApiEvents.Progress).Select(item => item.Data), steps.Select(step => step!.ToJsonString()));
    }

    [Fact]
    public async Task Jobs_of_an_earlier_process_are_listed_by_the_next()
    {
        await using (var node = await ApiNode.Start(_folder.FullName))
        {
            (await node.Http.PostAsJsonAsync("api/v1/jobs", Digits("b"), Cancel)).EnsureSuccessStatusCode();
            (await node.Http.PostAsJsonAsync("api/v1/jobs", Digits("a"), Cancel)).EnsureSuccessStatusCode();
            (await node.Http.PostAsync("api/v1/jobs/b/cancel", null, Cancel)).EnsureSuccessStatusCode();
        }
        await using (var node = await ApiNode.Start(_folder.FullName))
        {
            var list = await node.Http.GetFromJsonAsync<JobList>("api/v1/jobs", ApiJson.Options, Cancel);
            Assert.Equal([("a", JobPhase.Queued), ("b", JobPhase.Cancelled)], list!.Jobs.Select(job => (job.JobId, job.Phase)));
        }
    }

    [Fact]
    public async Task A_spec_alone_may_be_posted_as_YAML_and_gets_an_id_of_its_name_and_the_time()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        using var content = new StringContent("digits", Encoding.UTF8, new MediaTypeHeaderValue("text/yaml"));
        using var created = await node.Http.PostAsync("api/v1/jobs", content, Cancel);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Matches(@"^/api/v1/jobs/digits-\d{8}-\d{6}-[0-9a-f]{6}$", created.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Submissions_without_an_id_never_meet()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        var created = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => node.Http.PostAsJsonAsync("api/v1/jobs", new { spec = "digits" }, Cancel)));
        Assert.All(created, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Equal(20, created.Select(answer => answer.Headers.Location!.OriginalString).Distinct().Count());
    }

    [Theory, InlineData("gr\u00f6\u00dfe"), InlineData("\u0416\u0438\u0437\u043d\u044c_1"), InlineData("\u753b\u50cf.v2"), InlineData("\u0939\u093f\u0928\u094d\u0926\u0940"), InlineData("\ud835\udcd0")]
    public async Task An_id_may_be_in_any_script_and_the_same_submission_again_is_the_same_job(string id)
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        for (var time = 0; time < 2; time++)
        {
            using var created = await node.Http.PostAsJsonAsync("api/v1/jobs", Digits(id), Cancel);
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            Assert.Equal($"/api/v1/jobs/{Uri.EscapeDataString(id)}", created.Headers.Location!.OriginalString);
        }
        Assert.Equal(id, (await Json(node, $"api/v1/jobs/{Uri.EscapeDataString(id)}"))["job_id"]!.GetValue<string>());
        Assert.True(Directory.Exists(Path.Combine(_folder.FullName, id)));
        Assert.Single((await node.Http.GetFromJsonAsync<JobList>("api/v1/jobs", ApiJson.Options, Cancel))!.Jobs);
        Assert.Equal(HttpStatusCode.Conflict, (await node.Http.PostAsJsonAsync("api/v1/jobs", new { spec = "digits", overrides = (string[])["epochs=4"], id }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await node.Http.PostAsync($"api/v1/jobs/{Uri.EscapeDataString(id)}/cancel", null, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_job_is_paused_resumed_and_cancelled()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        node.AddWorker("w1", slots: 2, holdAfter: 1);
        await node.Http.PostAsJsonAsync("api/v1/jobs", Digits("a"), Cancel);
        await Events(node, "a", view => view.History.Count == 1);

        Assert.Equal(HttpStatusCode.Accepted, (await node.Http.PostAsync("api/v1/jobs/a/pause", null, Cancel)).StatusCode);
        await Events(node, "a", view => view is { Phase: JobPhase.Paused, Step: 13 });
        Assert.Equal(HttpStatusCode.Accepted, (await node.Http.PostAsync("api/v1/jobs/a/resume", null, Cancel)).StatusCode);
        await Events(node, "a", view => view is { Phase: JobPhase.Running, Generation: 2 });
        Assert.Equal(HttpStatusCode.Accepted, (await node.Http.PostAsync("api/v1/jobs/a/cancel", null, Cancel)).StatusCode);
        Assert.Equal("cancelled", JsonNode.Parse((await Events(node, "a", _ => false))[^1].Data)!["phase"]!.GetValue<string>());
    }

    [Fact]
    public async Task Workers_are_listed_with_their_free_slots()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        Assert.Empty((await node.Http.GetFromJsonAsync<WorkerList>("api/v1/workers", ApiJson.Options, Cancel))!.Workers);
        node.AddWorker("w1", slots: 3, holdAfter: 0);
        await node.Http.PostAsJsonAsync("api/v1/jobs", new { spec = "digits", overrides = (string[])["world.max=2"], id = "a" }, Cancel);
        await Events(node, "a", view => view.Phase == JobPhase.Running);
        Assert.Equal([new WorkerStatus("w1", 3, 1, "cpu", "127.0.0.1")], (await node.Http.GetFromJsonAsync<WorkerList>("api/v1/workers", ApiJson.Options, Cancel))!.Workers);
    }

    [Fact]
    public async Task A_spec_that_does_not_hold_together_is_a_400_with_every_problem()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        var problem = await Problem(await node.Http.PostAsJsonAsync("api/v1/jobs", new { spec = "digits", overrides = (string[])["epochs=0", "batch_size=-1"] }, Cancel), 400);
        var errors = problem["errors"]!.AsArray().Select(error => error!.GetValue<string>()).ToList();
        Assert.Contains(errors, error => error.Contains("epochs", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("batch_size", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"spec": 3}""", "spec: expected a text, found 3")]
    [InlineData("""{"overrides": []}""", "spec")]
    [InlineData("null", "null")]
    [InlineData("{", "not JSON")]
    [InlineData("""{"spec": "digits", "id": "../a"}""", "id '../a'")]
    [InlineData("""{"spec": "digits", "folder": "../a"}""", "outside")]
    [InlineData("""{"spec": "digits", "priority": 101}""", "priority 101: expected a whole number from -100 to 100")]
    public async Task A_body_that_is_no_job_is_a_problem_that_says_why(string body, string detail)
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        Assert.Contains(detail, (await Problem(await node.Http.PostAsync("api/v1/jobs", content, Cancel), 400))["detail"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task A_body_that_is_neither_JSON_nor_YAML_is_a_415(string? type)
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        using var content = new StringContent("digits");
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        await Problem(await node.Http.PostAsync("api/v1/jobs", content, Cancel), 415);
    }

    [Fact]
    public async Task A_body_too_long_for_a_spec_is_a_413()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        using var content = new StringContent(new string('#', 600_000), Encoding.UTF8, new MediaTypeHeaderValue("text/yaml"));
        await Problem(await node.Http.PostAsync("api/v1/jobs", content, Cancel), 413);
    }

    [Theory]
    [InlineData("GET", "api/v1/jobs/nobody")]
    [InlineData("GET", "api/v1/jobs/nobody/audit")]
    [InlineData("GET", "api/v1/jobs/nobody/events")]
    [InlineData("GET", "api/v1/jobs/nobody/spec")]
    [InlineData("POST", "api/v1/jobs/nobody/pause")]
    [InlineData("POST", "api/v1/jobs/nobody/resume")]
    [InlineData("POST", "api/v1/jobs/nobody/cancel")]
    [InlineData("GET", "nowhere")]
    public async Task What_is_not_there_is_a_404(string method, string path)
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await Problem(await node.Http.SendAsync(request, Cancel), 404);
    }

    [Fact]
    public async Task What_a_job_does_not_take_is_a_409()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        await node.Http.PostAsJsonAsync("api/v1/jobs", Digits("a"), Cancel);
        Assert.Contains("another id", (await Problem(await node.Http.PostAsJsonAsync("api/v1/jobs", new { spec = "digits", id = "a" }, Cancel), 409))["detail"]!.GetValue<string>());
        node.AddWorker("w1", slots: 2);
        await Events(node, "a", _ => false);
        Assert.Contains("completed", (await Problem(await node.Http.PostAsync("api/v1/jobs/a/cancel", null, Cancel), 409))["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_OpenAPI_document_lists_every_endpoint_of_the_API()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        var paths = (await Json(node, "openapi/v1.json"))["paths"]!.AsObject();
        Assert.Equal(
            ["delete /api/v1/session", "get /api/v1/audit", "get /api/v1/cluster", "get /api/v1/compare", "get /api/v1/events",
                "get /api/v1/jobs", "get /api/v1/jobs/{id}", "get /api/v1/jobs/{id}/audit", "get /api/v1/jobs/{id}/events", "get /api/v1/jobs/{id}/files", "get /api/v1/jobs/{id}/files/{name}",
                "get /api/v1/jobs/{id}/spec", "get /api/v1/jobs/{id}/steps", "get /api/v1/jobs/{id}/timeline", "get /api/v1/jobs/{id}/why", "get /api/v1/presets", "get /api/v1/session",
                "get /api/v1/sweeps", "get /api/v1/sweeps/{id}", "get /api/v1/sweeps/{id}/events", "get /api/v1/sweeps/{id}/files", "get /api/v1/sweeps/{id}/files/{name}",
                "get /api/v1/sweeps/{id}/importance", "get /api/v1/sweeps/{id}/space", "get /api/v1/sweeps/{id}/spec", "get /api/v1/sweeps/{id}/trials", "get /api/v1/workers",
                "post /api/v1/jobs", "post /api/v1/jobs/{id}/cancel", "post /api/v1/jobs/{id}/pause", "post /api/v1/jobs/{id}/resume", "post /api/v1/session",
                "post /api/v1/sweeps", "post /api/v1/sweeps/{id}/cancel", "post /api/v1/sweeps/{id}/pause", "post /api/v1/sweeps/{id}/resume", "post /api/v1/validate"],
            paths.SelectMany(path => path.Value!.AsObject().Select(verb => $"{verb.Key} {path.Key}")).Order(StringComparer.Ordinal));
        Assert.Equal(["application/json", "text/yaml"], paths["/api/v1/jobs"]!["post"]!["requestBody"]!["content"]!.AsObject().Select(type => type.Key).Order());
    }

    [Fact]
    public async Task A_node_of_a_cluster_is_alive_and_ready()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        await Events(node, await Submitted(node), _ => true);
        Assert.Equal("Healthy", await node.Http.GetStringAsync("healthz/live", Cancel));
        Assert.Equal("Healthy", await node.Http.GetStringAsync("healthz/ready", Cancel));
    }

    [Fact]
    public async Task A_node_that_has_not_met_its_cluster_is_alive_and_not_ready()
    {
        await using var node = await ApiNode.Start(_folder.FullName, "no-such-host.invalid:4053");
        Assert.Equal("Healthy", await node.Http.GetStringAsync("healthz/live", Cancel));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await node.Http.GetAsync("healthz/ready", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_node_whose_journal_is_gone_is_alive_and_not_ready()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        await Events(node, await Submitted(node), _ => true);
        await using (var journal = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, CoordinatorNode.Journal)}"))
        {
            await journal.OpenAsync(Cancel);
            await using var command = journal.CreateCommand();
            command.CommandText = "ALTER TABLE journal RENAME TO gone";
            await command.ExecuteNonQueryAsync(Cancel);
        }
        Assert.Equal("Healthy", await node.Http.GetStringAsync("healthz/live", Cancel));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await node.Http.GetAsync("healthz/ready", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_monitor_shows_and_steers_the_jobs_of_its_cluster()
    {
        await using var coordinator = await ApiNode.Start(_folder.FullName);
        await Submitted(coordinator);
        await using var monitor = await coordinator.Monitor(_folder.FullName);
        Assert.Equal("a", Assert.Single((await monitor.Http.GetFromJsonAsync<JobList>("api/v1/jobs", ApiJson.Options, Cancel))!.Jobs).JobId);

        (await monitor.Http.PostAsJsonAsync("api/v1/jobs", Digits("b"), Cancel)).EnsureSuccessStatusCode();
        var events = await Events(monitor, "b", _ => false, watching: () => coordinator.AddWorker("w1", slots: 2));
        Assert.Contains("\"completed\"", events[^1].Data);
        (await monitor.Http.PostAsync("api/v1/jobs/a/cancel", null, Cancel)).Dispose();
        Assert.Equal("Healthy", await monitor.Http.GetStringAsync("healthz/ready", Cancel));
        Assert.Contains("\"monitor\"", await monitor.Http.GetStringAsync("api/v1/cluster", Cancel));
    }

    [Fact]
    public async Task A_spec_whose_data_lies_elsewhere_is_a_400_and_one_whose_data_does_not_is_taken()
    {
        await using var node = await ApiNode.StartWithin(_folder.FullName, "/srv/data");
        var problem = await Problem(await node.Http.PostAsJsonAsync("api/v1/jobs", new { spec = "mnist-convnet", overrides = (string[])["data.path=../../etc"] }, Cancel), 400);
        Assert.Equal("data.path: '../../etc' leads out of /srv/data, where this cluster's data lies; give a path in it, such as cats_and_dogs", Assert.Single(problem["errors"]!.AsArray())!.GetValue<string>());
        await Problem(await node.Http.PostAsJsonAsync("api/v1/sweeps", new { spec = "mnist-sweep", overrides = (string[])["set={data.path: /etc}"] }, Cancel), 400);

        (await node.Http.PostAsJsonAsync("api/v1/jobs", new { spec = "mnist-convnet", id = "a", overrides = (string[])["data.path=mnist"] }, Cancel)).EnsureSuccessStatusCode();
        Assert.Contains("path: /srv/data/mnist", await node.Http.GetStringAsync("api/v1/jobs/a/spec", Cancel));
    }

    static async Task<string> Submitted(ApiNode node)
    {
        (await node.Http.PostAsJsonAsync("api/v1/jobs", Digits("a"), Cancel)).EnsureSuccessStatusCode();
        return "a";
    }

    /// <summary>Events up to the wanted view, or to the end of the stream; <paramref name="watching"/> runs once the first has come.</summary>
    static async Task<List<SseItem<string>>> Events(ApiNode node, string id, Func<JobView, bool> wanted, Action? watching = null)
    {
        var seen = new List<SseItem<string>>();
        await using var stream = await node.Http.GetStreamAsync($"api/v1/jobs/{id}/events", Cancel);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Cancel))
        {
            seen.Add(item);
            if (seen.Count == 1) watching?.Invoke();
            if (item.EventType == ApiEvents.View && wanted(JsonSerializer.Deserialize<JobView>(item.Data, ApiJson.Options)!)) break;
        }
        return seen;
    }

    static async Task<JsonNode> Json(ApiNode node, string path) => JsonNode.Parse(await node.Http.GetStringAsync(path, Cancel))!;

    static async Task<JsonNode> Problem(HttpResponseMessage response, int status)
    {
        using (response)
        {
            Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
            Assert.Equal(status, problem["status"]!.GetValue<int>());
            return problem;
        }
    }
}
