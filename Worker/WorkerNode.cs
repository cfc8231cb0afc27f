using System.Net;
using Convoy.Shared.Hosting;
using Convoy.Shared.Transport;
using Convoy.Worker.Native;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Convoy.Worker;

/// <summary>A worker as a node of its own.</summary>
public static class WorkerNode
{
    /// <summary>Builds the node; libtorch is loaded at once, so that what is wrong with it shows before the node joins. <see cref="NodeOptionsException"/> or <see cref="LibTorchException"/> where it cannot be.</summary>
    /// <param name="node">Addresses and seeds; its role is set here.</param>
    /// <param name="data">Where its data plane listens; port 0 takes a free one.</param>
    /// <param name="options">What it offers.</param>
    /// <param name="services">Adds what the process wants: logging, its own way to end.</param>
    /// <param name="held">Keeps its replicas when the node is built again, to join again; null where they end with it.</param>
    public static IHost Build(NodeOptions node, IPEndPoint data, WorkerOptions options, Action<IServiceCollection> services, HeldReplicas? held = null)
    {
        var worker = node.Joining(NodeRoles.Worker);
        LibTorch.Load();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        services(builder.Services); // first: a port of theirs that is taken ends the node before it joins
        builder.Services.AddSingleton(provider => DataPlane.Listen(data.Address, data.Port, node.Identity, provider.GetService<ILoggerFactory>()));
        builder.Services.AddConvoyCluster(worker, (akka, provider) => akka.AddJobRegionProxy().AddSchedulerProxy().AddStreamRegionProxy()
            .AddWorker(options with { Identity = node.Identity }, provider.GetRequiredService<DataPlane>(), held));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = NodeOptions.ShutdownTimeout);
        return builder.Build();
    }
}
