using Convoy.Coordinator.Api.Security;
using Convoy.Shared.Hosting;
using Convoy.Shared.Specs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Convoy.Coordinator.Api;

/// <summary>A request that cannot be served as it is.</summary>
/// <param name="problems">What is wrong with it, one line each; the message is the first.</param>
public sealed class BadRequestException(IReadOnlyList<string> problems) : Exception(problems[0])
{
    /// <summary>For one reason.</summary>
    public BadRequestException(string message) : this([message])
    {
    }

    /// <summary>All of it.</summary>
    public IReadOnlyList<string> Problems => problems;
}

/// <summary>Turns exceptions into problem+json.</summary>
sealed class ApiErrors(IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception is BadHttpRequestException && BadQuery.Of(context.Features.Get<IExceptionHandlerFeature>()?.Endpoint, context.Request.Query) is { } query
            ? Of(new BadRequestException(query))
            : Of(exception);
        if (problem is null) return ValueTask.FromResult(false);
        context.Response.StatusCode = problem.Status!.Value;
        if (problem.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests) context.Response.Headers.RetryAfter = RetryAfter;
        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem, Exception = exception });
    }

    // Seconds.
    const string RetryAfter = "5";

    static ProblemDetails? Of(Exception exception) => exception switch
    {
        SpecException spec => Problem(StatusCodes.Status400BadRequest, "The spec does not hold together", spec.Problems),
        BadRequestException bad => Problem(StatusCodes.Status400BadRequest, "The request cannot be served", bad.Problems),
        TooManyStreamsException => Problem(StatusCodes.Status429TooManyRequests, "Too many streams", exception),
        BadHttpRequestException bad => Problem(bad.StatusCode, "The request cannot be read", exception),
        UnknownJobException => Problem(StatusCodes.Status404NotFound, "No such job or sweep", exception),
        JobRefusedException => Problem(StatusCodes.Status409Conflict, "The job or sweep does not take it", exception),
        JournalFailedException => Problem(StatusCodes.Status503ServiceUnavailable, "The journal does not take it", exception),
        JobException => Problem(StatusCodes.Status503ServiceUnavailable, "The cluster does not answer", exception),
        _ => null,
    };

    static ProblemDetails Problem(int status, string title, Exception error) => new() { Status = status, Title = title, Detail = error.Message };

    static ProblemDetails Problem(int status, string title, IReadOnlyList<string> problems) => new() { Status = status, Title = title, Detail = problems[0], Extensions = { ["errors"] = problems } };
}

/// <summary>What every endpoint may answer with.</summary>
static class ApiFailures
{
    /// <summary>Declares the statuses of problems.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder endpoint, params int[] statuses) =>
        statuses.Aggregate(endpoint, (built, status) => built.Produces<ApiProblem>(status, ProblemJson.ContentType));
}
