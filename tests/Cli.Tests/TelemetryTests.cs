using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Convoy.Chaos;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Telemetry;

namespace Convoy.Cli.Tests;

/// <summary>What collectors of traces and of metrics see of a cluster that trains.</summary>
[Collection(OneAtATime.Name)]
public sealed class TelemetryTests(ObservedCluster cluster) : IClassFixture<ObservedCluster>
{
    const int Steps = 20, Epochs = 2, Ranks = 2;
    const string Traced = "traced", Watched = "watched", Sweep = "search";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    static readonly Course Digits = new("digits", [$"data.train={Steps * 64}", "data.validation=128", "data.test=128", $"world.min={Ranks}"], Step: 1, Epochs, Longer: Epochs);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_one_trace_from_the_request_to_the_phases_of_its_steps()
    {
        await cluster.Jobs.SubmitAsync(new SubmitJob(Traced, Digits.Spec(Ranks, Epochs), ""), Cancel);
        await foreach (var news in cluster.Jobs.WatchAsync(Traced, Cancel))
            if (news is JobView { Phase: JobPhase.Completed or JobPhase.Failed } end) Assert.Equal((JobPhase.Completed, null), (end.Phase, end.Why));
        await cluster.Collector.UntilAsync(() => TraceOf(Traced) is { } all && IsComplete(all), Cancel).WaitAsync(Patience, Cancel);

        var trace = TraceOf(Traced)!;
        var request = Assert.Single(trace, span => span.Name == "POST /api/v1/jobs/");
        var byId = trace.ToDictionary(span => span.Id);
        Assert.All(trace.Where(span => span != request), span => Assert.Contains(span.Parent, byId.Keys));

        Assert.Equal(request, ParentOf(Spans.Submit));
        Assert.Equal(Spans.Submit, ParentOf(Spans.Job).Name);
        AssertChildren(Spans.Generation, Ranks, Spans.Job);
        AssertChildren(Spans.Epoch, Ranks * Epochs, Spans.Generation);
        AssertChildren(Spans.Checkpoint, Ranks * Epochs, Spans.Epoch);
        Assert.All(Named(Spans.Evaluation), span => Assert.Contains(byId[span.Parent].Name, new[] { Spans.Epoch, Spans.Generation }));
        var steps = Named(Spans.Step);
        Assert.All(steps, step => Assert.Equal(Spans.Epoch, byId[step.Parent].Name));
        Assert.Equal(Ranks * Epochs, steps.Count(step => step.Attributes[Attributes.Sampled] == "first"));
        foreach (var phase in new[] { Spans.BatchWait, Spans.Forward, Spans.Backward, Spans.AllReduce, Spans.Optimizer }) AssertChildren(phase, steps.Count, Spans.Step);
        Assert.All(steps, step => Assert.Contains(Children(step), span => span.Name == Spans.Bucket));
        Assert.All(Named(Spans.Batch), batch => Assert.Equal((Spans.Generation, "convoy-augmenter"), (byId[batch.Parent].Name, batch.Service)));
        Assert.NotEmpty(Named(Spans.Batch));
        Assert.All(trace.Where(span => span.Name is Spans.Step), step => Assert.All(Children(step), phase => Assert.True(step.From <= phase.From && phase.To <= step.To)));
        Assert.Equal(["convoy-augmenter", "convoy-coordinator", "convoy-worker"], trace.Select(span => span.Service).Distinct().Order());
        Assert.All(trace, span => Assert.Null(span.Error));

        List<ExportedSpan> Named(string name) => [.. trace.Where(span => span.Name == name)];
        List<ExportedSpan> Children(ExportedSpan parent) => [.. trace.Where(span => span.Parent == parent.Id)];
        ExportedSpan ParentOf(string name) => byId[Assert.Single(Named(name)).Parent];
        void AssertChildren(string name, int count, string parent)
        {
            Assert.Equal(count, Named(name).Count);
            Assert.All(Named(name), span => Assert.Equal(parent, byId[span.Parent].Name));
        }
    }

    [Fact]
    public async Task A_jobs_life_is_logged_as_JSON_and_exported_with_the_ids_of_its_trace()
    {
        const string logged = "logged";
        await cluster.Jobs.SubmitAsync(new SubmitJob(logged, Digits.Spec(Ranks, epochs: 1), ""), Cancel);
        await foreach (var _ in cluster.Jobs.WatchAsync(logged, Cancel)) { }
        await cluster.Collector.UntilAsync(() => Records().Any(record => record.Text.Contains("completed", StringComparison.Ordinal)) && TraceOf(logged) is not null, Cancel).WaitAsync(Patience, Cancel);

        Assert.Equal(["submitted", "world 1 forms on *", "trains on *", "world 1 trains from step 0 on", "every rank of world 1 is ready; *", "completed after 20 steps"],
            Records().Select(record => WithoutDetails(record.Text[$"job {logged}: ".Length..])).Order(Comparer<string>.Create((one, other) => Place(one) - Place(other))));
        var job = TraceOf(logged)!.Single(span => span.Name == Spans.Job);
        Assert.All(Records(), record => Assert.Equal(("Information", job.Trace, job.Id), (record.Severity, record.Trace, record.Span)));

        var line = await cluster.Coordinator.Error.FirstAsync(line => line.Contains($"job {logged}: submitted", StringComparison.Ordinal)).WaitAsync(Patience, Cancel);
        Assert.Contains($"job {logged}: submitted", (string)JsonNode.Parse(line)!["Message"]!);
        var ids = JsonNode.Parse(line)!["Scopes"]!.AsArray().Single(scope => scope!["TraceId"] is not null)!;
        Assert.Equal((job.Trace, job.Id), ((string)ids["TraceId"]!, (string)ids["SpanId"]!));

        List<ExportedRecord> Records() => [.. cluster.Collector.Records.Where(record => record.Text.StartsWith($"job {logged}: ", StringComparison.Ordinal))];
        static string WithoutDetails(string text) => System.Text.RegularExpressions.Regex.Replace(text, "(?<=forms on |is ready; |^trains on ).*", "*");
        static int Place(string text) => Array.FindIndex(["submitted", "world 1 forms", "trains on", "world 1 trains", "every rank", "completed"], text.StartsWith);
    }

    [Fact]
    public async Task Measurements_go_out_by_HTTP_and_by_gRPC_and_spans_to_the_console_as_well()
    {
        await cluster.Jobs.SubmitAsync(new SubmitJob("measured", Digits.Spec(Ranks, epochs: 1), ""), Cancel);
        await foreach (var _ in cluster.Jobs.WatchAsync("measured", Cancel)) { }
        await cluster.Collector.UntilAsync(() => cluster.Collector.HasInstrument("convoy.workers", grpc: false) && cluster.Collector.HasInstrument("convoy.device.memory", grpc: true), Cancel).WaitAsync(Patience, Cancel);
        await Task.WhenAny(cluster.Workers.Select(worker => worker.Out.FirstAsync(line => line.EndsWith("generation", StringComparison.Ordinal)))).Unwrap().WaitAsync(Patience, Cancel);
    }

    // A process exports its spans in the order in which they end, so with its last one all are there.
    static bool IsComplete(IReadOnlyList<ExportedSpan> trace) =>
        trace.Any(span => span.Name == Spans.Job) && trace.Any(span => span.Parent.Length == 0) && trace.Count(span => span.Name == Spans.Generation) == Ranks && trace.Any(span => span.Name == Spans.Batch);

    IReadOnlyList<ExportedSpan>? TraceOf(string job)
    {
        var spans = cluster.Collector.Spans;
        return spans.FirstOrDefault(span => span.Name == Spans.Job && span.Attributes[Attributes.Job] == job) is { } root ? [.. spans.Where(span => span.Trace == root.Trace)] : null;
    }

    [Fact]
    public async Task A_sweep_is_one_trace_with_its_trials_and_their_jobs()
    {
        const string small = "small";
        await cluster.Sweeps.SubmitAsync(new SubmitSweep(small, Search(epochs: 1), ""), Cancel);
        await foreach (var view in cluster.Sweeps.WatchAsync(small, Cancel))
            if (view.HasEnded) Assert.Equal(SweepPhase.Completed, view.Phase);
        await cluster.Collector.UntilAsync(() => Named(Spans.Sweep).Any(span => span.Attributes[Attributes.Sweep] == small), Cancel).WaitAsync(Patience, Cancel);

        var sweep = Named(Spans.Sweep).Single(span => span.Attributes[Attributes.Sweep] == small);
        var trials = Named(Spans.Trial).Where(span => span.Parent == sweep.Id).ToList();
        Assert.Equal(["0", "1"], trials.Select(trial => trial.Attributes[Attributes.Trial]).Order());
        Assert.All(trials, trial => Assert.Single(Named(Spans.Job), job => job.Parent == trial.Id));
        Assert.Equal(Spans.SubmitSweep, cluster.Collector.Spans.Single(span => span.Id == sweep.Parent).Name);

        IEnumerable<ExportedSpan> Named(string name) => cluster.Collector.Spans.Where(span => span.Name == name);
    }

    [Fact]
    public async Task Every_panel_shows_something_of_a_cluster_that_trains_and_nothing_of_a_job_that_has_ended()
    {
        Assert.SkipWhen(PrometheusServer.Missing is not null, PrometheusServer.Missing ?? "");
        await cluster.Jobs.SubmitAsync(new SubmitJob(Watched, Pictures(), ""), Cancel);
        await cluster.Sweeps.SubmitAsync(new SubmitSweep(Sweep, Search(epochs: 1000), ""), Cancel);
        using var prometheus = PrometheusServer.Start(cluster.Folder, cluster.Token, ("localhost:4080", cluster.Metrics.Coordinator), ("localhost:9464", cluster.Metrics.Worker), ("localhost:9465", cluster.Metrics.Augmenter));

        await UntilEveryPanelShowsSomethingAsync(prometheus);
        await cluster.Sweeps.CancelAsync(Sweep, Cancel);
        await cluster.Jobs.CancelAsync(Watched, Cancel);
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", cluster.Token) } };
        await UntilAsync(async () => !(await http.GetStringAsync(cluster.Metrics.Coordinator, Cancel)).Contains($"\"{Watched}\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("augmenter")]
    public async Task A_node_without_an_API_tells_its_health_beside_its_metrics(string role)
    {
        using var http = new HttpClient();
        var metrics = role == "worker" ? cluster.Metrics.Worker : cluster.Metrics.Augmenter;
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri(metrics, "/healthz/live"), Cancel));
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri(metrics, "/healthz/ready"), Cancel));
    }

    static async Task UntilEveryPanelShowsSomethingAsync(PrometheusServer prometheus)
    {
        var empty = Panels().ToList();
        Assert.True(empty.Count > 30);
        try
        {
            await UntilAsync(async () =>
            {
                foreach (var panel in empty.ToList())
                    if (await prometheus.CountAsync(panel.Expression, Cancel) > 0) empty.Remove(panel);
                return empty.Count == 0;
            });
        }
        catch (TimeoutException)
        {
            Assert.Fail($"panels that show nothing: {string.Join(", ", empty)}");
        }
    }

    static IEnumerable<(string Dashboard, string Panel, string Expression)> Panels() =>
        from file in Directory.EnumerateFiles(Path.Combine(ConvoyProgram.Root, "Monitoring", "Grafana", "dashboards"), "*.json").Order()
        from panel in JsonNode.Parse(File.ReadAllText(file))!["panels"]!.AsArray()
        from target in panel["targets"]!.AsArray()
        select (Path.GetFileNameWithoutExtension(file), (string)panel["title"]!,
            ((string)target!["expr"]!).Replace("$job", Watched, StringComparison.Ordinal).Replace("$sweep", Sweep, StringComparison.Ordinal));

    // Prometheus scrapes by the clock and tells nobody: asking is the only way to hear of it.
    static Task UntilAsync(Func<Task<bool>> holds) => Until.HoldsAsync(holds, Patience);

    string Pictures()
    {
        PictureFolder.Write(Path.Combine(cluster.Folder, "pictures"), perClass: 100, "cats", "dogs");
        return SpecWriter.Write(SpecReader.Read($$"""
            data:
              kind: folder
              path: {{Path.Combine(cluster.Folder, "pictures")}}
            model:
              input: [24, 24, 3]
              layers:
                - flatten
                - dense: {units: 1, activation: sigmoid}
            loss: binary_crossentropy
            batch_size: 2
            epochs: 10000
            world: {min: 2, max: 2}
            """, "test"));
    }

    string Search(int epochs)
    {
        var file = Path.Combine(cluster.Folder, $"search-{epochs}.yaml");
        File.WriteAllText(file, Grid);
        return SweepWriter.Write(SpecSource.LoadSweep(file, [$"set.epochs={epochs}"]));
    }

    const string Grid = """
        base: digits
        set: {data.train: 640, data.validation: 64, data.test: 64, epochs: 1, world.max: 1}
        space:
          optimizer.lr: {kind: choice, values: [0.001, 0.002]}
        objective: {metric: val_acc, goal: maximize}
        strategy: {kind: grid}
        parallel: 2
        """;
}
