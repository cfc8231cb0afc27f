using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Convoy.Coordinator.Api.Security;

/// <summary>The last of who did what.</summary>
public sealed record AuditEntries(IReadOnlyList<AuditEntry> Entries);

/// <summary>Which requests the audit log holds, by their outcome: what changed something, and what was refused to a caller or failed while changing something.</summary>
static class AuditedRequest
{
    const int Shown = 1000;
    static readonly object Id = new(), Changes = new();

    public static void MapAudit(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/audit", (AuditLog log) => TypedResults.Ok(new AuditEntries(log.Last(Shown)))).WithTags("audit").WithName("audit log")
            .WithSummary("Who did what: the last 1,000 requests that changed something and the last 1,000 that were refused, the newest first.").Needs(ApiRole.Admin);

    /// <summary>Has an endpoint that is asked by POST, as its question is long, not count as one that changes something.</summary>
    public static RouteHandlerBuilder ChangesNothing(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new OnlyAsks());

    /// <summary>Says which job or sweep a request is about where its address does not.</summary>
    public static void IsAbout(this HttpContext context, string id) => context.Items[Id] = id;

    /// <summary>Which job or sweep a request was about.</summary>
    public static string? IdOf(HttpContext context) => context.Items.TryGetValue(Id, out var id) ? (string)id! : null;

    public static void UseAuditLog(this IApplicationBuilder app, AuditLog log) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (IsOfInterest(context)) log.Add(context);
        }
    });

    /// <summary>Notes what a request is about while it is known: an endpoint that fails is forgotten.</summary>
    public static void UseAuditedEndpoints(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is RouteEndpoint endpoint && !TokenAuthentication.IsSafe(context.Request.Method) && endpoint.Metadata.GetMetadata<OnlyAsks>() is null)
        {
            context.Items[Changes] = true;
            if (context.GetRouteValue("id") is string id) context.IsAbout(id);
        }
        return next(context);
    });

    static bool IsOfInterest(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests => true,
        >= 400 => context.Items.ContainsKey(Changes),
        _ => context.Items.ContainsKey(Changes) && context.User.Identity is { IsAuthenticated: true },
    };

    sealed class OnlyAsks;
}
