using System.Globalization;
using Convoy.Chaos;
using Convoy.Cli.Remote;

namespace Convoy.Cli.Tests.Support;

/// <summary>A coordinator, an augmenter and two workers as processes of their own, which export their spans and serve their metrics; four slots.</summary>
public sealed class ObservedCluster : IAsyncLifetime
{
    readonly List<ConvoyNode> _nodes = [];
    Collector? _collector;
    Uri? _api;

    /// <summary>The folder of its runs.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("convoy-").FullName;

    /// <summary>Where the coordinator, the first worker and the augmenter serve their metrics.</summary>
    public (Uri Coordinator, Uri Worker, Uri Augmenter) Metrics { get; private set; }

    /// <summary>What the coordinator lets this user ask with.</summary>
    public string Token => ApiToken.For(_api!)!;

    internal Collector Collector => _collector!;

    internal ConvoyNode Coordinator => _nodes[0];

    internal IEnumerable<ConvoyNode> Workers => _nodes.Skip(2);

    /// <summary>Its jobs.</summary>
    public HttpJobClient Jobs => field ??= new(_api!, TimeSpan.FromMinutes(1), TimeProvider.System);

    /// <summary>Its sweeps.</summary>
    public HttpSweepClient Sweeps => field ??= new(_api!, TimeSpan.FromMinutes(1), TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        _collector = await Collector.StartAsync();
        var seed = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Ports.Free(1)[0]}");
        var (http, grpc) = (_collector.Environment(), _collector.Environment(grpc: true, console: true));
        _api = await Start(http, "coordinator", "--port", seed.Split(':')[1], "--data-port", "0", "--api", "http://127.0.0.1:0", "--runs", Folder, "--log-format", "json").ApiAsync();
        var augmenter = Start(http, "augmenter", "--join", seed, "--metrics", "0");
        ConvoyNode[] workers = [.. Enumerable.Range(0, 2).Select(_ => Start(grpc, "worker", "--join", seed, "--threads", "1", "--slots", "2", "--metrics", "0"))];
        foreach (var worker in workers) await worker.UpAsync();
        Metrics = (new Uri(_api, "/metrics"), await workers[0].ApiAsync(), await augmenter.ApiAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await Jobs.DisposeAsync();
            await Sweeps.DisposeAsync();
        }
        _nodes.ForEach(node => node.Dispose());
        if (_collector is not null) await _collector.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    ConvoyNode Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        _nodes.Add(ConvoyNode.StartWith(environment, Environment.CurrentDirectory, "", arguments));
        return _nodes[^1];
    }
}
