using Convoy.Coordinator.Api.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Convoy.Coordinator.Api;

/// <summary>The cluster and what it does, over HTTP.</summary>
static class OverviewApi
{
    public static void MapOverview(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").WithTags("cluster").Needs(ApiRole.Viewer);
        api.MapGet("/cluster", (ClusterIndex cluster, CancellationToken cancel) => ClusterAsync(cluster, cancel)).WithName("cluster").WithSummary("Nodes with their roles, and workers with their slots.").Fails(503);
        api.MapGet("/events", Events).WithName("overview events").Produces(200, contentType: "text/event-stream").Fails(503)
            .WithSummary("Nodes, jobs and sweeps as server-sent events, 'overview' each: the first tells all, later ones what has changed. Trials' jobs are left out.");
    }

    static async Task<Ok<ClusterView>> ClusterAsync(ClusterIndex cluster, CancellationToken cancel) => TypedResults.Ok(await cluster.GetAsync(cancel));

    static IResult Events(OverviewFeed feed, HttpContext context) => EventStream.Of(feed.WatchAsync, frame => frame, context);
}
