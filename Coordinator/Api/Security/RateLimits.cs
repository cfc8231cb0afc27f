using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Coordinator.Api.Security;

/// <summary>How often a caller may ask: so often that no honest one notices, so seldom that tokens cannot be tried out and a loop run wild does not take a coordinator down.</summary>
static class RateLimits
{
    // All but the dashboard's files and what Kubernetes asks for.
    static readonly PathString[] Limited = ["/api", "/metrics", "/openapi"];

    public static void AddRateLimits(this IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(Partition);
        options.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            await rejected.HttpContext.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new ProblemDetailsContext
            {
                HttpContext = rejected.HttpContext,
                ProblemDetails = new ProblemDetails { Status = 429, Title = "Too many requests", Detail = "wait a second and ask less often" },
            });
        };
    });

    static RateLimitPartition<string> Partition(HttpContext context)
    {
        var request = context.Request;
        if (!Limited.Any(path => request.Path.StartsWithSegments(path))) return RateLimitPartition.GetNoLimiter("");
        if (context.User.Identity is not { IsAuthenticated: true }) return Bucket($"from {context.Connection.RemoteIpAddress}", burst: 100, perSecond: 5);
        return HttpMethods.IsGet(request.Method) ? Bucket($"{context.User.Name()} reads", burst: 1000, perSecond: 200) : Bucket($"{context.User.Name()} writes", burst: 200, perSecond: 20);
    }

    static RateLimitPartition<string> Bucket(string whose, int burst, int perSecond) => RateLimitPartition.GetTokenBucketLimiter(whose, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = burst,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = true,
        QueueLimit = 0,
    });
}
