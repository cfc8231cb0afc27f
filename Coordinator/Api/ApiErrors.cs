using Convoy.Coordinator.Api.Security;
using Convoy.Shared.Hosting;
using Convoy.Shared.Specs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Convoy.Coordinator.Api;

/// <summary>A request that cannot be served as it is. The message is one line.</summary>
public sealed class BadRequestException(string message) : Exception(message);

/// <summary>Turns exceptions into problem+json.</summary>
sealed class ApiErrors(IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var problem = Of(exception);
        if (problem is null) return ValueTask.FromResult(false);
        context.Response.StatusCode = problem.Status!.Value;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = RetryAfter;
        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem, Exception = exception });
    }

    // Seconds.
    const string RetryAfter = "5";

    static ProblemDetails? Of(Exception exception) => exception switch
    {
        SpecException spec => new ProblemDetails
        {
            Status = StatusCodes.Status400BadRequest,
            Title = "The spec does not hold together",
            Detail = spec.Problems[0],
            Extensions = { ["errors"] = spec.Problems },
        },
        BadRequestException => Problem(StatusCodes.Status400BadRequest, "The request cannot be served", exception),
        TooManyStreamsException => Problem(StatusCodes.Status429TooManyRequests, "Too many streams", exception),
        BadHttpRequestException bad => Problem(bad.StatusCode, "The request cannot be read", exception),
        UnknownJobException => Problem(StatusCodes.Status404NotFound, "No such job or sweep", exception),
        JobRefusedException => Problem(StatusCodes.Status409Conflict, "The job or sweep does not take it", exception),
        JournalFailedException => Problem(StatusCodes.Status503ServiceUnavailable, "The journal does not take it", exception),
        JobException => Problem(StatusCodes.Status503ServiceUnavailable, "The cluster does not answer", exception),
        _ => null,
    };

    static ProblemDetails Problem(int status, string title, Exception error) => new() { Status = status, Title = title, Detail = error.Message };
}

/// <summary>What every endpoint may answer with.</summary>
static class ApiFailures
{
    /// <summary>Declares the statuses of problems.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder endpoint, params int[] statuses) =>
        statuses.Aggregate(endpoint, (built, status) => built.Produces<ApiProblem>(status, "application/problem+json"));
}
