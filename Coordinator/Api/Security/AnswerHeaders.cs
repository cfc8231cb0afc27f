using Microsoft.AspNetCore.Builder;

namespace Convoy.Coordinator.Api.Security;

/// <summary>What every answer says to browsers and caches: it is what its type says and, where it is JSON, nobody's to keep.</summary>
static class AnswerHeaders
{
    public static void UseAnswerHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            if (context.Response.ContentType?.Contains("json", StringComparison.Ordinal) is true) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(context);
    });
}
