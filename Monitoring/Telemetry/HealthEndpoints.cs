using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;

namespace Convoy.Monitoring.Telemetry;

/// <summary>A node's health over HTTP, for anybody, as Kubernetes asks for it.</summary>
public static class HealthEndpoints
{
    /// <summary>Maps <c>/healthz/live</c> (the process answers) and <c>/healthz/ready</c> (it is a member of the cluster and reaches its journal).</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        Map(app, "/healthz/live", NodeHealth.Live);
        Map(app, "/healthz/ready", NodeHealth.Ready);
    }

    static void Map(IEndpointRouteBuilder app, string path, string tag) =>
        app.MapHealthChecks(path, new HealthCheckOptions { Predicate = check => check.Tags.Contains(tag) }).AllowAnonymous();
}
