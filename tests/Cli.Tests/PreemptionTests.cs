using Convoy.Cli.Remote;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Tests;

/// <summary>Workers that are taken away again before they have made a step.</summary>
[Collection(OneAtATime.Name)]
public sealed class PreemptionTests : IDisposable
{
    readonly NodeFolder _nodes = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _nodes.Dispose();

    [Fact, Trait("Category", "Slow")]
    public async Task Eight_workers_that_are_killed_as_soon_as_they_have_a_world_do_not_end_the_job()
    {
        var api = await _nodes.CoordinatorAsync();
        await using var client = new HttpJobClient(api, TimeSpan.FromMinutes(1), TimeProvider.System);
        await client.SubmitAsync(new SubmitJob("a", SpecWriter.Write(SpecReader.Read("""
            data: {kind: digits, train: 20000, validation: 100, test: 100}
            model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 10, activation: softmax}}]}
            batch_size: 500
            epochs: 1
            world: {min: 1, max: 1}
            """, "test")), ""), Cancel);

        for (var generation = 1; generation <= 8; generation++)
        {
            var worker = _nodes.Worker();
            Assert.Equal(0, (await ViewAsync(client, view => view.Generation == generation && view.Phase != JobPhase.Queued)).Step);
            worker.Kill();
            await ViewAsync(client, view => view.Phase == JobPhase.Queued);
        }
        _nodes.Worker();

        Assert.Equal(9, (await ViewAsync(client, view => view.Phase == JobPhase.Completed)).Generation);
        Assert.True((await client.AuditAsync("a", Cancel)).Clean);
    }

    static async Task<JobView> ViewAsync(HttpJobClient client, Func<JobView, bool> wanted)
    {
        JobView? last = null;
        await foreach (var news in client.WatchAsync("a", Cancel))
            if (news is JobView view && wanted(last = view)) return view;
        throw new InvalidOperationException($"the job ended before: {last}");
    }
}
