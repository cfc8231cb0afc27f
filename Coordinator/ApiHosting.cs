using Akka.Hosting;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Api.Security;
using Convoy.Monitoring.Telemetry;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convoy.Coordinator;

/// <summary>A node that serves the HTTP API.</summary>
static class ApiHosting
{
    /// <summary>Builds it; the journal is in the folder of runs unless told otherwise.</summary>
    public static WebApplication Build(NodeOptions node, ApiOptions api, Action<IServiceCollection> services, Action<AkkaConfigurationBuilder, IServiceProvider> roleSetup)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var known = node with { Journal = node.Journal ?? Path.Combine(api.Runs, CoordinatorNode.Journal), WireAssemblies = [typeof(CoordinatorSetup).Assembly] };
        builder.Services.AddConvoyCluster(known, roleSetup);
        builder.AddHttpApi(api);
        builder.Services.AddConvoyTelemetry(TelemetryOptions.FromEnvironment(node.Roles.Single()).Scraped());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = NodeOptions.ShutdownTimeout);
        services(builder.Services);
        var app = builder.Build();
        try
        {
            app.MapHttpApi();
            app.MapMetrics().Needs(ApiRole.Viewer);
            return app;
        }
        catch
        {
            ((IDisposable)app).Dispose(); // what its services hold already
            throw;
        }
    }
}
