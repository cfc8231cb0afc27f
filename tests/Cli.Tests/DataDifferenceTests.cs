using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using SkiaSharp;

namespace Convoy.Cli.Tests;

/// <summary>Workers as processes of their own that find other things under the same path: each runs in a folder of its own.</summary>
[Collection(OneAtATime.Name)]
public sealed class DataDifferenceTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly NodeFolder _nodes = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task A_worker_that_sees_other_data_than_most_is_left_out_by_name_whatever_the_difference_and_the_others_complete()
    {
        foreach (var place in (string[])["a", "b", "odd"])
            foreach (var set in (string[])["pixels", "fewer", "class", "empty"])
                PictureFolder.Write(_nodes.In($"{place}/{set}"), perClass: 12, "cats", "dogs");
        PictureFolder.WritePicture(_nodes.In("odd/pixels/cats/5.jpg"), SKColors.White);
        foreach (var number in Enumerable.Range(6, 6)) File.Delete(_nodes.In($"odd/fewer/dogs/{number}.jpg"));
        PictureFolder.Write(_nodes.In("odd/class"), perClass: 12, "emus");
        Directory.Delete(_nodes.In("odd/empty"), recursive: true);
        Directory.CreateDirectory(_nodes.In("odd/empty"));
        await using var client = await StartAsync("odd", "a", "b");

        Assert.Matches(@"^worker \S+ on host 127\.0\.0\.1 sees 24 pictures, as the others do, but not the same ones: digest [0-9a-f]{12}, not [0-9a-f]{12}$", await LeftOutAsync(client, "pixels"));
        Assert.Matches(@" sees 18 pictures where the others see 24: digest ", await LeftOutAsync(client, "fewer"));
        Assert.Matches(@" (sees the class emus, which the others do not see: digest |cannot take part: the data set has 3 classes, )", await LeftOutAsync(client, "class"));
        Assert.Matches(@" cannot take part: \S+/empty: no folders in it; expected a folder of pictures for every class", await LeftOutAsync(client, "empty"));

        Assert.Contains("sees 18 pictures where the others see 24", await TimelineAsync("fewer"), StringComparison.Ordinal);
        await _nodes.All[1].Error.FirstAsync(line => line.Contains("job fewer goes on without this worker: ", StringComparison.Ordinal)).WaitAsync(Patience, Cancel);
    }

    [Fact]
    public async Task A_newcomer_that_cannot_read_the_data_says_so_and_a_job_that_needs_it_fails_with_its_name()
    {
        PictureFolder.Write(_nodes.In("a/pictures"), perClass: 12, "cats", "dogs");
        Directory.CreateDirectory(_nodes.In("odd/pictures"));
        await using var client = await StartAsync("a");
        await client.SubmitAsync(Job("long", "pictures", min: 1, epochs: 10_000), Cancel);
        await NewsAsync(client, "long", news => news is StepProgress);

        _nodes.WorkerIn(_nodes.In("odd"));
        var view = Assert.IsType<JobView>(await NewsAsync(client, "long", news => news is JobView { LeftOut.Count: > 0 }));
        Assert.Equal((JobPhase.Running, 1, 1), (view.Phase, view.Generation, view.WorldSize));
        Assert.Matches(@" cannot take part: \S+/pictures: no folders in it", Assert.Single(view.LeftOut!));
        Assert.Contains("goes on without: worker ", (await client.WhyAsync("long", Cancel)).Verdict, StringComparison.Ordinal);
        await client.CancelAsync("long", Cancel);

        await client.SubmitAsync(Job("both", "pictures", min: 2, epochs: 1), Cancel);
        var end = Assert.IsType<JobView>(await NewsAsync(client, "both", news => news is JobView { Phase: JobPhase.Failed or JobPhase.Completed }));
        Assert.Matches(@"^worker \S+ on host 127\.0\.0\.1 cannot take part: \S+/pictures: no folders in it; .* \(needs 2 replicas that see the same data\)$", end.Why);
    }

    Uri? _api;

    async Task<string> TimelineAsync(string job)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        http.DefaultRequestHeaders.Authorization = new("Bearer", ApiToken.For(_api!));
        return await http.GetStringAsync(new Uri(_api!, $"api/v1/jobs/{job}/timeline"), Cancel);
    }

    async Task<HttpJobClient> StartAsync(params string[] workers)
    {
        _api = await _nodes.CoordinatorAsync(runs: _nodes.In("runs"));
        foreach (var place in workers) _nodes.WorkerIn(_nodes.In(place));
        var client = new HttpJobClient(_api, Patience, TimeProvider.System);
        await Until.HoldsAsync(async () => (await client.WorkersAsync(Cancel)).Count == workers.Length, Patience);
        return client;
    }

    // All three are in its first world.
    static async Task<string> LeftOutAsync(HttpJobClient client, string set)
    {
        await client.SubmitAsync(Job(set, set, min: 2, epochs: 2), Cancel);
        var end = Assert.IsType<JobView>(await NewsAsync(client, set, news => news is JobView { Phase: JobPhase.Failed or JobPhase.Completed }));
        Assert.Equal((JobPhase.Completed, 2, 2), (end.Phase, end.WorldSize, end.History.Count));
        Assert.True((await client.AuditAsync(set, Cancel)).Clean);
        return Assert.Single(end.LeftOut!);
    }

    static async Task<IWire> NewsAsync(HttpJobClient client, string job, Func<IWire, bool> wanted)
    {
        await foreach (var news in client.WatchAsync(job, Cancel))
            if (wanted(news)) return news;
        throw new InvalidOperationException($"{job} ended before");
    }

    static SubmitJob Job(string id, string path, int min, int epochs) => new(id, SpecWriter.Write(SpecReader.Read($$$"""
        data: {kind: folder, path: {{{path}}}, validation_fraction: 0.25}
        model: {input: [16, 16, 3], layers: [flatten, {dense: {units: 1, activation: sigmoid}}]}
        loss: binary_crossentropy
        batch_size: 6
        epochs: {{{epochs}}}
        world: {min: {{{min}}}, max: 3}
        """, "test")), "");
}
