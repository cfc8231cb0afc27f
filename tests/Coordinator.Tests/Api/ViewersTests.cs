using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;

namespace Convoy.Coordinator.Tests.Api;

/// <summary>Alone in the process, since what is measured is the process's.</summary>
[CollectionDefinition(nameof(ViewersTests), DisableParallelization = true)]
[Collection(nameof(ViewersTests))]
public sealed class ViewersTests : IDisposable
{
    const int Rounds = 3, Viewers = 20;
    const long MostBytes = 400_000; // a viewer that is not let go of holds some 30,000
    const int MostThreads = 8;      // the pool's, which come and go

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-viewers-");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Viewers_that_have_gone_leave_nothing_behind()
    {
        await using var node = await ApiNode.Start(_folder.FullName);
        (await node.Http.PostAsJsonAsync("api/v1/jobs", new { spec = "digits", id = "a" }, Cancel)).EnsureSuccessStatusCode();
        var after = new List<(long Bytes, int Threads)>();
        for (var round = 0; round < Rounds; round++)
        {
            await LookAsync(node);
            after.Add(await SettledAsync(node));
        }
        Assert.InRange(after[2].Bytes - after[1].Bytes, long.MinValue, MostBytes);
        Assert.InRange(after[2].Threads - after[1].Threads, int.MinValue, MostThreads);
    }

    // All of them have heard something before the first goes.
    static async Task LookAsync(ApiNode node)
    {
        var streams = await Task.WhenAll(Enumerable.Range(0, Viewers).Select(async number =>
        {
            var stream = await node.Http.GetStreamAsync(number % 4 == 0 ? "api/v1/events" : "api/v1/jobs/a/events", Cancel);
            await foreach (var _ in SseParser.Create(stream).EnumerateAsync(Cancel)) break;
            return stream;
        }));
        Assert.Equal(Viewers - Viewers / 4, node.Watchers);
        foreach (var stream in streams) await stream.DisposeAsync();
    }

    // That a connection has ended is told to nobody: looking is the only way to hear of it.
    static async Task<(long Bytes, int Threads)> SettledAsync(ApiNode node)
    {
        while (node.Watchers > 0) await Task.Yield();
        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), process.Threads.Count);
    }
}
