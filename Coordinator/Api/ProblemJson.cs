using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Convoy.Coordinator.Api;

/// <summary>Writes every problem as <c>application/problem+json</c> (RFC 9457), whatever <c>Accept</c> says: a client that asks for events or a page must still learn what is wrong (RFC 9110, 12.5.1 allows it).</summary>
sealed class ProblemJson : IProblemDetailsWriter
{
    public const string ContentType = "application/problem+json";

    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var response = context.HttpContext.Response;
        var problem = context.ProblemDetails;
        problem.Status ??= response.StatusCode;
        problem.Title ??= ReasonPhrases.GetReasonPhrase(problem.Status.Value);
        return new(response.WriteAsJsonAsync(problem, ApiJson.Options, ContentType, context.HttpContext.RequestAborted));
    }
}
