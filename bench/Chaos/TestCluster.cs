using System.Globalization;
using System.Net.Http.Json;
using Convoy.Cli.Remote;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Chaos;

/// <summary>A coordinator and workers, started as a user starts them: fixed ports, one list of seeds.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    readonly string _folder;
    readonly int[] _ports; // the coordinator's control plane and API, then every worker's control plane
    readonly Strike? _strike;
    readonly Uri _api;
    readonly List<Node> _nodes = [];
    readonly List<Node> _workers = [];

    /// <param name="folder">For its runs and records; empty.</param>
    /// <param name="mostWorkers">How many workers there will be at once.</param>
    /// <param name="strike">What befalls one of its workers.</param>
    public TestCluster(string folder, int mostWorkers, Strike? strike = null)
    {
        (_folder, _strike, _ports) = (folder, strike, Ports.Free(2 + mostWorkers));
        _api = new Uri($"http://127.0.0.1:{_ports[1]}");
        Client = new HttpJobClient(_api, TimeSpan.FromMinutes(1), TimeProvider.System);
        Sweeps = new HttpSweepClient(_api, TimeSpan.FromMinutes(1), TimeProvider.System);
    }

    public HttpJobClient Client { get; }
    public HttpSweepClient Sweeps { get; }
    /// <summary>Whether its folder goes with it; kept, it tells what went wrong.</summary>
    public bool DeleteAtEnd { get; set; }
    /// <summary>What its workers did so far.</summary>
    public Flight Flight => Flight.Read(_folder);
    /// <summary>Who was struck.</summary>
    public PhaseEntry? Struck => Flight.Struck(_folder);

    // The first start of a coordinator founds the cluster; at a later one it finds its workers.
    public string Seeds => string.Join(',', _ports.Where((_, index) => index != 1).Select(port => $"127.0.0.1:{port}"));

    public Node Coordinator { get; private set; } = null!;
    public IReadOnlyList<Node> Workers => _workers;

    public Node StartCoordinator() => Coordinator = Start("coordinator", null, "coordinator", "--port", Text(_ports[0]), "--data-port", "0", "--join", _nodes.Count == 0 ? $"127.0.0.1:{_ports[0]}" : Seeds, "--api", $"http://127.0.0.1:{_ports[1]}", "--runs", Path.Combine(_folder, "runs"));

    /// <summary>Starts one: the first on ports that are among the seeds, those beyond the most at once on any.</summary>
    public Node StartWorker(int threads = 1)
    {
        var port = _ports.ElementAtOrDefault(2 + _workers.Count);
        _workers.Add(Start("worker", _strike, "worker", "--port", Text(port), "--join", Seeds, "--threads", Text(threads)));
        return _workers[^1];
    }

    /// <summary>Workers that live.</summary>
    public int Alive => _workers.Count(worker => !worker.HasExited);

    /// <summary>Kills a worker's process, where it still lives, and waits until it is no more.</summary>
    public void Kill(int process)
    {
        if (_workers.Find(worker => worker.Id == process) is { HasExited: false } worker) worker.Kill();
    }

    /// <summary>Drops what workers did that are dead: it is read whole at each look.</summary>
    public void ForgetDead()
    {
        foreach (var worker in _workers.Where(worker => worker.HasExited)) File.Delete(Flight.RecordOf(_folder, worker.Id));
    }

    /// <summary>Waits until a job that was asked to has paused, or has ended.</summary>
    public async Task UntilPausedAsync(string job, CancellationToken cancel)
    {
        while ((await Client.GetAsync(job, cancel)).Phase is JobPhase.Queued or JobPhase.Forming or JobPhase.Running or JobPhase.Pausing) await Task.Delay(BetweenLooks, cancel);
    }

    /// <summary>Waits until workers have joined.</summary>
    public async Task WorkersJoinAsync(int workers, CancellationToken cancel)
    {
        while ((await Client.WorkersAsync(cancel)).Count < workers) await Task.Delay(BetweenLooks, cancel);
    }

    /// <summary>Waits until something holds of what the workers did; false where the job ended before.</summary>
    public async Task<bool> UntilAsync(string job, Func<bool> holds, CancellationToken cancel)
    {
        while (!holds())
        {
            if ((await Client.GetAsync(job, cancel)).Phase is JobPhase.Completed or JobPhase.Failed) return holds();
            await Task.Delay(BetweenLooks, cancel);
        }
        return true;
    }

    /// <summary>How often a job's world broke so far.</summary>
    public async Task<int> RetriesAsync(string job, CancellationToken cancel) => (await TimelineAsync(job, cancel)).Count(told => told.Kind is "world_broken" or "world_lost");

    /// <summary>What happened to a job so far.</summary>
    public async Task<IReadOnlyList<TimelineEvent>> TimelineAsync(string job, CancellationToken cancel)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        http.DefaultRequestHeaders.Authorization = new("Bearer", ApiToken.For(_api));
        var timeline = await http.GetFromJsonAsync<JobTimeline>(new Uri(_api, $"api/v1/jobs/{job}/timeline"), ApiJson.Options, cancel);
        return timeline!.Events;
    }

    /// <summary>Follows a job to its end.</summary>
    public async Task<JobView> EndAsync(string job, CancellationToken cancel)
    {
        JobView? last = null;
        await foreach (var news in Client.WatchAsync(job, cancel))
        {
            last = news as JobView ?? last;
            if (last is not null && last.Phase.HasEnded()) return last;
        }
        throw new InvalidOperationException($"nothing more is heard of {job}; last: {last}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) node.Dispose();
        await Client.DisposeAsync();
        await Sweeps.DisposeAsync();
        if (DeleteAtEnd) Directory.Delete(_folder, recursive: true);
    }

    Node Start(string name, Strike? strike, params string[] arguments)
    {
        var node = Node.Start(_folder, $"{name}-{_nodes.Count}", strike, arguments);
        _nodes.Add(node);
        return node;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
