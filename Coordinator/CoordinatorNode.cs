using Convoy.Coordinator.Api;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convoy.Coordinator;

/// <summary>A coordinator as a node of its own: cluster, journal, jobs, HTTP API.</summary>
public static class CoordinatorNode
{
    /// <summary>The journal's file in the folder of runs.</summary>
    public const string Journal = "journal.db";

    /// <summary>Builds the node. <see cref="NodeOptionsException"/> where it cannot be.</summary>
    /// <param name="node">Addresses and seeds; its role and journal are set here.</param>
    /// <param name="api">The API, and the folder of runs.</param>
    /// <param name="options">The coordinator's own.</param>
    /// <param name="services">Adds what the process wants: logging, its own way to end.</param>
    public static WebApplication Build(NodeOptions node, ApiOptions api, CoordinatorOptions options, Action<IServiceCollection> services)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var coordinator = node with
        {
            Roles = [NodeRoles.Coordinator],
            Journal = Path.Combine(api.Runs, Journal),
            WireAssemblies = [typeof(CoordinatorSetup).Assembly],
        };
        builder.Services.AddConvoyCluster(coordinator, (akka, _) => akka.AddCoordinator(options).AddHealth());
        builder.AddHttpApi(api);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = NodeOptions.ShutdownTimeout);
        services(builder.Services);
        var app = builder.Build();
        app.MapHttpApi();
        return app;
    }
}
