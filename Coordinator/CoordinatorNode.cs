using System.Net;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Artifacts;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Convoy.Coordinator;

/// <summary>A coordinator as a node of its own: cluster, journal, jobs, sweeps, HTTP API.</summary>
public static class CoordinatorNode
{
    /// <summary>The journal's file in the folder of runs, unless told otherwise.</summary>
    public const string Journal = "journal.db";

    /// <summary>Builds the node. <see cref="NodeOptionsException"/> where it cannot be.</summary>
    /// <param name="node">Addresses, seeds and journal; its role is set here.</param>
    /// <param name="data">Where its data plane listens; port 0 takes a free one.</param>
    /// <param name="api">The API, and the folder of runs.</param>
    /// <param name="options">The coordinator's own.</param>
    /// <param name="sweeps">What its sweeps know.</param>
    /// <param name="services">Adds what the process wants: logging, its own way to end.</param>
    public static WebApplication Build(NodeOptions node, IPEndPoint data, ApiOptions api, CoordinatorOptions options, SweepOptions sweeps, Action<IServiceCollection> services)
    {
        var runs = RunsRoot.At(api.Runs, supervised: node.Runs is null);
        return ApiHosting.Build(node with { Roles = [NodeRoles.Coordinator] }, api,
            more =>
            {
                more.AddSingleton(provider => DataPlane.Listen(data.Address, data.Port, node.Identity, provider.GetService<ILoggerFactory>()));
                services(more);
            },
            (akka, provider) => akka
                .AddCoordinator(options with { Artifacts = ArtifactHost.Over(provider.GetRequiredService<DataPlane>(), node.ReachableAs), Data = api.Data, Runs = runs, Identity = node.Identity })
                .AddSweeps(sweeps with { Runs = runs }));
    }
}
