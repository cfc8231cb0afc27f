using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Convoy.Coordinator.Api.Security;

/// <summary>A token to sign in with.</summary>
public sealed record SignIn(string? Token);

/// <summary>A browser signs in with a token, which its cookie holds from then on: every coordinator knows it, and a token that is taken away ends it.</summary>
static class SessionApi
{
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public static void MapSession(this IEndpointRouteBuilder app)
    {
        var session = app.MapGroup("/api/v1/session").WithTags("session");
        session.MapGet("", (HttpContext context) => TypedResults.Ok(Of(context))).WithName("session").WithSummary("Who asks.").Needs(ApiRole.Viewer);
        session.MapPost("", SignInAsync).WithName("sign in").WithSummary("Takes a token and sets the cookie of a session.").Accepts<SignIn>("application/json").AllowAnonymous().Fails(400, 401, 413, 415, 429);
        session.MapDelete("", SignOut).WithName("sign out").WithSummary("Forgets the cookie.").AllowAnonymous().Fails(429);
    }

    static ApiIdentity Of(HttpContext context) => new(context.User.Name(), context.User.Role());

    static async Task<Results<Ok<ApiIdentity>, ProblemHttpResult>> SignInAsync(AccessTokens tokens, HttpContext context)
    {
        var signIn = await RequestBody.JsonAsync<SignIn>(context.Request);
        if (signIn.Token is not { } token || tokens.Holder(token) is not { } holder)
            return TypedResults.Problem("the coordinator does not know this token; it may have been withdrawn, have expired, or be mistyped", statusCode: StatusCodes.Status401Unauthorized, title: "Not signed in");
        context.User = ApiPrincipal.Of(holder);
        context.Response.Cookies.Append(TokenAuthentication.CookieOf(context.Request), token, Cookie(context, Lifetime));
        return TypedResults.Ok(holder);
    }

    static NoContent SignOut(HttpContext context)
    {
        context.Response.Cookies.Delete(TokenAuthentication.CookieOf(context.Request), Cookie(context, null));
        return TypedResults.NoContent();
    }

    static CookieOptions Cookie(HttpContext context, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        IsEssential = true,
        MaxAge = lifetime,
    };
}
