using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Convoy.Coordinator.Api;

/// <summary>HEAD wherever there is GET (RFC 9110, 9.3.2): the endpoint answers as it does to GET, and the server sends no body.</summary>
static class HeadRequests
{
    static readonly object Asked = new();

    /// <summary>Passes HEAD on as GET. Middleware before this one sees HEAD.</summary>
    public static void UseHeadAsGet(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }
        context.Items[Asked] = true;
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
        }
    });

    /// <summary>Whether only headers are asked for, so that a stream need not begin.</summary>
    public static bool AsksForHeadersOnly(this HttpContext context) => context.Items.ContainsKey(Asked);
}
