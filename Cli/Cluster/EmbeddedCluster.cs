using System.Net;
using Akka.Actor;
using Akka.Hosting;
using Convoy.Cli.Jobs;
using Convoy.Coordinator;
using Convoy.Monitoring.Plots;
using Convoy.Monitoring.Telemetry;
using Convoy.Shared.Hosting;
using Convoy.Shared.Transport;
using Convoy.Worker;
using Convoy.Worker.Devices;
using Convoy.Worker.Native;
using Convoy.Worker.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convoy.Cli.Cluster;

/// <summary>A whole cluster in this process: one node that is coordinator and worker, its journal in the run's folder.</summary>
public sealed class EmbeddedCluster : IJobHost, ISweepHost
{
    /// <summary>What a coordinator of this program knows.</summary>
    internal static CoordinatorOptions Options { get; } = new()
    {
        DrawCurves = CurvesPlot.Png,
        Versions = new Dictionary<string, string> { ["torch"] = LibTorch.Version, ["torchsharp"] = LibTorch.TorchSharpVersion },
    };

    /// <summary>What its sweeps know.</summary>
    internal static SweepOptions Sweeps { get; } = new() { Draw = SweepPictures.Of };

    /// <summary>Follows its replicas through their phases.</summary>
    public IReplicaProbe Probe { get; init; } = IReplicaProbe.None;

    /// <inheritdoc/>
    public bool HasJournal(string folder) => File.Exists(Path.Combine(folder, CoordinatorNode.Journal));

    /// <inheritdoc/>
    public async Task<IJobClient> StartAsync(string folder, ClusterSize size, CancellationToken cancel)
    {
        var (host, system) = await StartNodeAsync(folder, size, cancel);
        return new AkkaJobClient(system, await RegionAsync<JobRegion>(host, cancel), () => StopAsync(host));
    }

    /// <inheritdoc/>
    public async Task<ISweepClient> StartSweepsAsync(string folder, ClusterSize size, CancellationToken cancel)
    {
        var (host, system) = await StartNodeAsync(folder, size, cancel);
        return new AkkaSweepClient(system, await RegionAsync<SweepRegion>(host, cancel), () => StopAsync(host));
    }

    async Task<(IHost Host, ActorSystem System)> StartNodeAsync(string folder, ClusterSize size, CancellationToken cancel)
    {
        LibTorch.Load();
        var host = Build(Path.Combine(folder, CoordinatorNode.Journal), new WorkerOptions { Slots = size.Slots, Devices = ComputeDevices.Find(size.Device), Probe = Probe });
        await host.StartAsync(cancel);
        return (host, host.Services.GetRequiredService<ActorSystem>());
    }

    static Task<IActorRef> RegionAsync<TRegion>(IHost host, CancellationToken cancel) => host.Services.GetRequiredService<IActorRegistry>().GetAsync<TRegion>(cancel);

    static IHost Build(string journal, WorkerOptions worker)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        var node = new NodeOptions
        {
            Roles = [NodeRoles.Coordinator, NodeRoles.Worker],
            Journal = journal,
            WireAssemblies = [typeof(CoordinatorSetup).Assembly],
        };
        builder.Services.AddConvoyTelemetry(TelemetryOptions.FromEnvironment("train"));
        builder.Services.AddSingleton(_ => DataPlane.Listen(IPAddress.Loopback));
        builder.Services.AddConvoyCluster(node, (akka, provider) => akka
            .AddCoordinator(Options)
            .AddSweeps(Sweeps)
            .AddWorker(worker, provider.GetRequiredService<DataPlane>()));
        return builder.Build();
    }

    static async ValueTask StopAsync(IHost host)
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
