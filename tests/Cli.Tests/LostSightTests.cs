using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Remote;
using Convoy.Coordinator.Api;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Tests;

/// <summary>Watchers whose coordinator ends.</summary>
public sealed class LostSightTests : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public void Dispose() => _listener.Dispose();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watcher_of_a_sweep_whose_coordinator_ended_says_that_the_sweep_goes_on()
    {
        var server = Listen();
        var served = ServeAsync(new SweepView("s", "s", SweepPhase.Running, null, "val_accuracy", new(1, 1, 0, 0, 0, 0), new(null, null, null), new(null, null, null), null, [], [], [], "/runs/s", 1));
        await using var client = new HttpSweepClient(server, TimeSpan.FromSeconds(1.5), TimeProvider.System);
        await IsLostAsync(client.WatchAsync("s", Cancel));
        await served;
    }

    [Fact]
    public async Task A_watcher_of_a_job_says_the_same()
    {
        var server = Listen();
        var served = ServeAsync(new JobView("a", "a", JobPhase.Running, null, 1, 1, 0, 0, 0, [], null, null, "/runs/a"));
        await using var client = new HttpJobClient(server, TimeSpan.FromSeconds(1.5), TimeProvider.System);
        await IsLostAsync(client.WatchAsync("a", Cancel));
        await served;
    }

    static async Task IsLostAsync<T>(IAsyncEnumerable<T> watched)
    {
        await using var news = watched.GetAsyncEnumerator(Cancel);
        Assert.True(await news.MoveNextAsync());
        var error = await Assert.ThrowsAsync<LostSightException>(async () => await news.MoveNextAsync());
        Assert.Equal(ExitCode.LostSight, ErrorReport.ExitCodeOf(error));
        var line = Assert.Single(ErrorReport.LinesOf(error));
        Assert.Contains("it goes on if its cluster has another coordinator", line);
        Assert.DoesNotContain("no coordinator answers there", line);
    }

    Uri Listen()
    {
        _listener.Start();
        return new Uri($"http://{_listener.LocalEndpoint}");
    }

    // One view, and the end.
    async Task ServeAsync(object view)
    {
        using (var connection = await _listener.AcceptTcpClientAsync(Cancel))
        {
            await connection.GetStream().ReadAtLeastAsync(new byte[64 * 1024], 1, throwOnEndOfStream: false, Cancel);
            var text = $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nevent: view\ndata: {JsonSerializer.Serialize(view, ApiJson.Options)}\n\n";
            await connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), Cancel);
        }
        _listener.Stop();
    }
}
