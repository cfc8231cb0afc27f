using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Artifacts;
using Convoy.Coordinator.Jobs;

namespace Convoy.Coordinator.Tests.Api;

/// <summary>What the dashboard asks for beside jobs and sweeps.</summary>
public sealed class DashboardApiTests(DashboardApiTests.LoneNode lone) : IClassFixture<DashboardApiTests.LoneNode>, IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-api-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A node that no worker ever joins, for all tests that need none.</summary>
    public sealed class LoneNode : IAsyncLifetime
    {
        internal DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("convoy-api-");
        internal ApiNode Api { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Api = await ApiNode.Start(Folder.FullName);

        public async ValueTask DisposeAsync()
        {
            await Api.DisposeAsync();
            Folder.Delete(recursive: true);
        }
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_overview_tells_all_first_and_then_what_has_changed()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        await SubmitAsync(node, "a");
        await using var stream = await node.Http.GetStreamAsync("api/v1/events", Cancel);
        await using var news = SseParser.Create(stream).EnumerateAsync(Cancel).GetAsyncEnumerator(Cancel);
        var all = await NextAsync(news);
        Assert.Equal(("coordinator", "up", 0), (all.Cluster!.Nodes.Single().Roles.Single(), all.Cluster.Nodes.Single().Status, all.Cluster.Workers.Count));
        Assert.Equal(("a", "no worker has joined yet"), (all.Jobs.Single().JobId, all.Jobs.Single().Why));

        await SubmitAsync(node, "b");
        var later = await NextAsync(news);
        Assert.Null(later.Cluster);
        Assert.Equal("b", Assert.Single(later.Jobs).JobId);

        node.AddWorker("w1", slots: 2, holdAfter: 0);
        while (later.Cluster is null) later = await NextAsync(news);
        Assert.Equal("w1", Assert.Single(later.Cluster.Workers).WorkerId);
    }

    [Fact]
    public async Task A_timeline_tells_what_happened_and_when()
    {
        var before = DateTimeOffset.UtcNow;
        await using var node = await ApiNode.Start(_folder.FullName);
        await SubmitAsync(node, "a");
        node.AddWorker("w1", slots: 2);
        await EndAsync(node, "a");
        var timeline = (await node.Http.GetFromJsonAsync<JobTimeline>("api/v1/jobs/a/timeline", ApiJson.Options, Cancel))!.Events;
        Assert.Equal(["submitted", "world_formed", "training_started", "world_started"], timeline.Take(4).Select(e => e.Kind).OrderBy(kind => Array.IndexOf(["submitted", "world_formed", "training_started", "world_started"], kind)));
        Assert.Equal("completed", timeline[^1].Kind);
        Assert.Equal((1, 2, "world 1 forms on w1 (2)"), (timeline[1].Generation, timeline[1].WorldSize, timeline[1].Text));
        Assert.All(timeline, e => Assert.InRange(e.Time, before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1)));
        Assert.Equal(HttpStatusCode.NotFound, (await node.Http.GetAsync("api/v1/jobs/nobody/timeline", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Files_of_a_run_are_listed_and_read_and_no_path_leaves_its_folder()
    {
        var node = lone.Api;
        await SubmitAsync(node, "files");
        var run = Path.Combine(lone.Folder.FullName, "files");
        Directory.CreateDirectory(Path.Combine(run, "gradcam"));
        await File.WriteAllTextAsync(Path.Combine(run, "gradcam", "epoch-0001.png"), "a picture", Cancel);
        await File.WriteAllTextAsync(Path.Combine(run, "page.html"), "<script>", Cancel);
        File.CreateSymbolicLink(Path.Combine(run, "link.csv"), "/etc/hostname");
        Directory.CreateSymbolicLink(Path.Combine(run, "out"), lone.Folder.FullName);
        await File.WriteAllTextAsync(Path.Combine(lone.Folder.FullName, "secret.csv"), "not of this run", Cancel);

        var files = (await node.Http.GetFromJsonAsync<RunFileList>("api/v1/jobs/files/files", ApiJson.Options, Cancel))!.Files;
        Assert.Equal(["gradcam/epoch-0001.png", "spec.yaml"], files.Select(file => file.Name));
        using var picture = await node.Http.GetAsync("api/v1/jobs/files/files/gradcam/epoch-0001.png", Cancel);
        Assert.Equal(("image/png", "a picture", "nosniff"), (picture.Content.Headers.ContentType!.MediaType, await picture.Content.ReadAsStringAsync(Cancel), picture.Headers.GetValues("X-Content-Type-Options").Single()));
        using var download = await node.Http.GetAsync("api/v1/jobs/files/files/spec.yaml?download=true", Cancel);
        Assert.Equal("attachment", download.Content.Headers.ContentDisposition!.DispositionType);
        foreach (var name in (string[])["..%2Fsecret.csv", "%2e%2e/secret.csv", "gradcam/..%2F..%2Fsecret.csv", "link.csv", "out/secret.csv", "page.html", "gradcam", "%2Fetc%2Fhostname", "..%5Csecret.csv"])
            Assert.Equal((name, HttpStatusCode.NotFound), (name, (await node.Http.GetAsync($"api/v1/jobs/files/files/{name}", Cancel)).StatusCode));
    }

    [Theory]
    [InlineData("../secret.csv")]
    [InlineData("a/../../secret.csv")]
    [InlineData("/etc/hostname.csv")]
    [InlineData("a//b.csv")]
    [InlineData("./a.csv")]
    [InlineData("a\\b.csv")]
    [InlineData("")]
    public void A_name_that_is_no_path_within_the_folder_finds_nothing(string name) => Assert.Null(RunFiles.Find(lone.Folder.FullName, name));

    [Fact]
    public async Task Every_problem_of_a_submission_is_told_with_its_field_and_line_and_nothing_starts()
    {
        var node = lone.Api;
        var report = await ValidateAsync(node, new { spec = "name: x\nepochs: 0\nbatch_sizze: 3\n" });
        Assert.Equal((SpecKind.Job, null), (report.Kind, report.Spec));
        Assert.Contains(report.Problems, problem => problem is { Field: "epochs", Line: 2, Message: "expected a whole number from 1 to 100000, found '0'" });
        Assert.Contains(report.Problems, problem => problem is { Field: "batch_sizze", Line: 3 } && problem.Message.Contains("did you mean 'batch_size'?", StringComparison.Ordinal));

        Assert.Equal(new PlacedProblem("optimizer.lr", null, "expected a number from 0 to 1000, found 'x'") with { Message = "" },
            Assert.Single((await ValidateAsync(node, new { spec = "digits", overrides = (string[])["optimizer.lr=x"] })).Problems) with { Message = "" });
        Assert.Equal(SpecKind.Sweep, (await ValidateAsync(node, new { spec = "mnist-sweep", overrides = (string[])["data.path=x", "budget.trials=0"] })).Kind);
        Assert.NotEmpty((await ValidateAsync(node, new { spec = "a: [" })).Problems);
        var valid = await ValidateAsync(node, new { spec = "digits" });
        Assert.Empty(valid.Problems);
        Assert.Contains("batch_size: 64", valid.Spec!);
        Assert.DoesNotContain((await node.Http.GetFromJsonAsync<JobList>("api/v1/jobs", ApiJson.Options, Cancel))!.Jobs, job => job.Name == "x");
    }

    [Fact]
    public async Task Specs_are_compared_field_by_field()
    {
        var node = lone.Api;
        await SubmitAsync(node, "a");
        await SubmitAsync(node, "b", "optimizer.lr=0.01", "model.layers[0].filters=16");
        var comparison = (await node.Http.GetFromJsonAsync<SpecComparison>("api/v1/compare?id=a&id=b", ApiJson.Options, Cancel))!;
        Assert.Equal([("model.layers[0].conv2d.filters", "32", "16"), ("optimizer.lr", "0.001", "0.01")], comparison.Fields.Select(field => (field.Field, field.Values[0]!, field.Values[1]!)));
        Assert.Equal(HttpStatusCode.BadRequest, (await node.Http.GetAsync("api/v1/compare", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await node.Http.GetAsync("api/v1/compare?id=nobody", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_sweep_that_is_submitted_as_text_has_a_base_that_is_a_preset_and_no_file()
    {
        string Sweep(string name) => $"base: {name}\nset: {{data.path: /there}}\nspace:\n  optimizer.lr: {{kind: log, low: 0.001, high: 0.01}}\nbudget: {{trials: 2}}\n";

        var taken = await ValidateAsync(lone.Api, new { spec = Sweep("mnist-convnet") });
        Assert.Empty(taken.Problems);
        Assert.Contains("base:\n  name: mnist-convnet", taken.Spec!, StringComparison.Ordinal);

        var refused = Assert.Single((await ValidateAsync(lone.Api, new { spec = Sweep("my-net.yaml") })).Problems);
        Assert.Equal((1, "base", "there is no preset 'my-net.yaml', and a file is found by 'convoy sweep' only: write it out under base"), (refused.Line, refused.Field, refused.Message));
    }

    [Fact]
    public async Task A_sweep_tells_its_space_its_rungs_and_what_matters()
    {
        var node = lone.Api;
        (await node.Http.PostAsJsonAsync("api/v1/sweeps", new { spec = "mnist-sweep", overrides = (string[])["data.path=/there"], id = "s" }, Cancel)).EnsureSuccessStatusCode();
        var space = (await node.Http.GetFromJsonAsync<SweepSpace>("api/v1/sweeps/s/space", ApiJson.Options, Cancel))!;
        Assert.Equal(["filters", "layers", "optimizer.lr"], space.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(("val_acc", true, true), (space.Metric, space.Maximize, space.Parameters[2].Log));
        Assert.Equal([1, 4], space.Rungs);
        Assert.Equal(0, (await node.Http.GetFromJsonAsync<SweepImportance>("api/v1/sweeps/s/importance", ApiJson.Options, Cancel))!.Trials);
        Assert.Contains("asha", await node.Http.GetStringAsync("api/v1/sweeps/s/spec", Cancel));
    }

    [Fact]
    public async Task The_page_may_run_only_its_own_scripts_and_is_sent_once()
    {
        var node = lone.Api;
        using var page = await node.Http.GetAsync("", Cancel);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("script-src 'self';", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.DoesNotMatch("<script>|<style|style=|onclick", html);
        using var again = new HttpRequestMessage(HttpMethod.Get, "") { Headers = { IfNoneMatch = { page.Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await node.Http.SendAsync(again, Cancel)).StatusCode);
        using var library = await node.Http.GetAsync("lib/echarts-6.1.0.mjs", Cancel);
        Assert.Equal((true, "text/javascript"), (library.Headers.CacheControl!.Extensions.Any(part => part.Name == "immutable"), library.Content.Headers.ContentType!.MediaType));
    }

    static Task SubmitAsync(ApiNode node, string id, params string[] overrides) => node.Http.PostAsJsonAsync("api/v1/jobs", new { spec = "digits", overrides = (string[])["epochs=3", .. overrides], id }, Cancel);

    static async Task<SpecReport> ValidateAsync(ApiNode node, object submission)
    {
        using var response = await node.Http.PostAsJsonAsync("api/v1/validate", submission, Cancel);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<SpecReport>(ApiJson.Options, Cancel))!;
    }

    // The stream ends with the job.
    static Task EndAsync(ApiNode node, string id) => node.Http.GetStringAsync($"api/v1/jobs/{id}/events", Cancel);

    static async Task<OverviewNews> NextAsync(IAsyncEnumerator<SseItem<string>> news)
    {
        Assert.True(await news.MoveNextAsync());
        Assert.Equal(ApiEvents.Overview, news.Current.EventType);
        return JsonSerializer.Deserialize<OverviewNews>(news.Current.Data, ApiJson.Options)!;
    }

    // The folder is another actor's: looking is the only way to hear of it.
    static async Task Until(Func<bool> met)
    {
        while (!met()) await Task.Yield();
    }
}
