using Akka.Actor;
using Akka.Hosting;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convoy.Coordinator.Tests.Hosting;

/// <summary>A real node on a free port, with a real journal.</summary>
sealed class Node : IAsyncDisposable
{
    readonly IHost _host;

    Node(IHost host) => _host = host;

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();
    public IActorRef Jobs => _host.Services.GetRequiredService<ActorRegistry>().Get<JobRegion>();
    public IActorRef Scheduler => _host.Services.GetRequiredService<ActorRegistry>().Get<SchedulerProxy>();

    public ISweepClient Sweeps => new AkkaSweepClient(System, _host.Services.GetRequiredService<ActorRegistry>().Get<SweepRegion>(), () => ValueTask.CompletedTask);

    public string Address => $"{Akka.Cluster.Cluster.Get(System).SelfAddress.Host}:{Akka.Cluster.Cluster.Get(System).SelfAddress.Port}";

    public static Task<Node> Start(string journal) => Start(journal, DataRoot.Anywhere, RunsRoot.Anywhere);

    /// <summary>With specs and runs that must lie in folders.</summary>
    public static Task<Node> Start(string journal, DataRoot data, RunsRoot runs) => Start(
        new NodeOptions { Roles = [NodeRoles.Coordinator, NodeRoles.Worker], Journal = journal, WireAssemblies = [typeof(JobState).Assembly] },
        akka => akka
            .AddCoordinator(new CoordinatorOptions { DrawCurves = (_, _) => "png"u8.ToArray(), Data = data, Runs = runs })
            .AddSweeps(new SweepOptions { Draw = (_, _) => new Dictionary<string, Func<byte[]>> { ["picture.png"] = () => "png"u8.ToArray() }, Runs = runs }));

    public static Task<Node> Join(Node seed) => Start(
        new NodeOptions { Roles = [NodeRoles.Worker], Seeds = [seed.Address] },
        akka => akka.AddJobRegionProxy().AddSchedulerProxy());

    static async Task<Node> Start(NodeOptions options, Action<AkkaConfigurationBuilder> roles)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConvoyCluster(options, (akka, _) => roles(akka));
        var node = new Node(builder.Build());
        await node._host.StartAsync(TestContext.Current.CancellationToken);
        return node;
    }

    public IActorRef AddWorker(string id, int slots, int holdAfter = int.MaxValue) =>
        System.ActorOf(Props.Create(() => new FakeWorker(id, slots, holdAfter, Jobs, Scheduler)));

    public IActorRef AddElasticWorker(string id, Watcher heard, SharedStep step) =>
        System.ActorOf(Props.Create(() => new ElasticWorker(id, heard, step, Jobs, Scheduler)));

    public Watcher Watch(string jobId)
    {
        var watcher = new Watcher();
        Jobs.Tell(new WatchJob(jobId, System.ActorOf(Props.Create(() => new WatcherActor(watcher)))));
        return watcher;
    }

    public Task<object> Ask(IJobMessage message) => Jobs.Ask<object>(message, TestContext.Current.CancellationToken);

    /// <summary>Ends it as if its process had died: nothing is handed over, nobody is told.</summary>
    public Task KillAsync()
    {
        ((ExtendedActorSystem)System).Abort();
        return System.WhenTerminated;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}

/// <summary>What a client of a job has seen, and a way to wait for it.</summary>
sealed class Watcher
{
    readonly Lock _lock = new();
    readonly List<object> _seen = [];
    readonly List<(Func<object, bool> Wanted, TaskCompletionSource<object> Found)> _waiting = [];

    public async Task<T> For<T>(Func<T, bool> wanted) where T : class
    {
        var found = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_seen.OfType<T>().FirstOrDefault(wanted) is { } known) return known;
            _waiting.Add((message => message is T value && wanted(value), found));
        }
        return (T)await found.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    /// <summary>What was seen so far of a kind.</summary>
    public IReadOnlyList<T> All<T>()
    {
        lock (_lock) return [.. _seen.OfType<T>()];
    }

    public Task<JobView> ForPhase(JobPhase phase) => For<JobView>(view => view.Phase == phase);

    public void See(object message)
    {
        lock (_lock)
        {
            _seen.Add(message);
            foreach (var waiting in _waiting.Where(waiting => waiting.Wanted(message))) waiting.Found.TrySetResult(message);
        }
    }
}

sealed class WatcherActor : ReceiveActor
{
    public WatcherActor(Watcher watcher) => ReceiveAny(watcher.See);
}
