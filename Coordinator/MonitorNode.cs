using Akka.Hosting;
using Convoy.Coordinator.Api;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Coordinator;

/// <summary>A monitor as a node of its own: dashboard and HTTP API of a cluster, without its jobs. It reads the coordinators' journal and
/// their folder of runs, and gives every command on to them, so that any number of monitors can stand before any number of coordinators.</summary>
public static class MonitorNode
{
    /// <summary>Builds the node. <see cref="NodeOptionsException"/> where it cannot be.</summary>
    /// <param name="node">Addresses, seeds and journal; its role is set here.</param>
    /// <param name="api">The API, and the folder of runs.</param>
    /// <param name="services">Adds what the process wants: logging, its own way to end.</param>
    public static WebApplication Build(NodeOptions node, ApiOptions api, Action<IServiceCollection> services) =>
        ApiHosting.Build(node.Joining(NodeRoles.Monitor), api, services, (akka, _) => akka.AddJobRegionProxy().AddSweepRegionProxy().AddSchedulerProxy()
            .WithActors((_, registry, services) => services.GetService<RoleReadiness>().AskScheduler(registry.Get<SchedulerProxy>())));
}
