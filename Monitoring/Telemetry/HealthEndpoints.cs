using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

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
        app.MapHealthChecks(path, new HealthCheckOptions { Predicate = check => check.Tags.Contains(tag), ResponseWriter = WriteAsync }).AllowAnonymous();

    // The word, then what is wrong, a line each.
    static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain";
        var wrong = report.Entries.Values.Where(entry => entry.Status != HealthStatus.Healthy).Select(entry => entry.Description).OfType<string>();
        return context.Response.WriteAsync(string.Join('\n', [$"{report.Status}", .. wrong]), context.RequestAborted);
    }

}
