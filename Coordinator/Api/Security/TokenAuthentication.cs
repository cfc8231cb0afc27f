using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Convoy.Coordinator.Api.Security;

/// <summary>Knows who asks: by a bearer token (RFC 6750), or by the cookie of a browser that has signed in with one.</summary>
sealed class TokenAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessTokens tokens, TokenHealth health, IProblemDetailsService problems)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";

    const string Cookie = "convoy-session";

    /// <summary>A header that pages of other origins cannot send without asking first: what changes anything by a cookie needs it (OWASP's custom request header).</summary>
    public const string CsrfHeader = "X-Convoy-Csrf";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (IsBearer(header)) return Task.FromResult(Of(TokenOf(Request)!));
        if (TokenOf(Request) is not { } cookie) return Task.FromResult(AuthenticateResult.NoResult());
        return Task.FromResult(IsSafe(Request.Method) || Request.Headers.ContainsKey(CsrfHeader)
            ? Of(cookie)
            : AuthenticateResult.Fail($"a request by cookie that changes something needs the header {CsrfHeader}"));
    }

    /// <summary>The cookie of a browser that has signed in. By https nobody but this host can have set it (RFC 6265bis, <c>__Host-</c>).</summary>
    public static string CookieOf(HttpRequest request) => request.IsHttps ? $"__Host-{Cookie}" : Cookie;

    /// <summary>The token that a request shows; null where it shows none.</summary>
    public static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return IsBearer(header) ? header["Bearer ".Length..].Trim() : request.Cookies[CookieOf(request)];
    }

    static bool IsBearer(string header) => header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = SchemeName;
        return RefuseAsync(StatusCodes.Status401Unauthorized, "Who asks is not known", "send a token that this coordinator knows, as 'Authorization: Bearer TOKEN'; the convoy command takes it from CONVOY_TOKEN");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        RefuseAsync(StatusCodes.Status403Forbidden, "Not allowed", $"'{Context.User.Name()}' is {Article(Context.User.Role())}, which does not suffice for this");

    /// <summary>Whether a method changes nothing (RFC 9110, 9.2.1).</summary>
    public static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    static string Article(ApiRole role) => role == ApiRole.Admin ? "an admin" : $"a {role.ToString().ToLowerInvariant()}";

    AuthenticateResult Of(string token)
    {
        health.Look();
        return tokens.Holder(token) is { } holder
            ? AuthenticateResult.Success(new AuthenticationTicket(ApiPrincipal.Of(holder), Scheme.Name))
            : AuthenticateResult.Fail("the token is not known");
    }

    async Task RefuseAsync(int status, string title, string detail)
    {
        Response.StatusCode = status;
        await problems.WriteAsync(new ProblemDetailsContext { HttpContext = Context, ProblemDetails = new ProblemDetails { Status = status, Title = title, Detail = detail } });
    }
}

/// <summary>Who asks, as ASP.NET carries it.</summary>
static class ApiPrincipal
{
    public static ClaimsPrincipal Of(ApiIdentity identity) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, identity.Name), new Claim(ClaimTypes.Role, identity.Role.ToString())], TokenAuthentication.SchemeName));

    public static string Name(this ClaimsPrincipal user) => user.Identity?.Name ?? "anonymous";

    public static ApiRole Role(this ClaimsPrincipal user) => Enum.Parse<ApiRole>(user.FindFirstValue(ClaimTypes.Role)!);
}
