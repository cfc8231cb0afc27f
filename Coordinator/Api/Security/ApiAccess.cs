using System.Text.Json.Nodes;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;

namespace Convoy.Coordinator.Api.Security;

/// <summary>Who may call what. An endpoint that says nothing is an admin's.</summary>
static class ApiAccess
{
    /// <summary>The extension of an OpenAPI operation that names the least role for it.</summary>
    public const string RoleExtension = "x-role";

    public static void AddApiAccess(this IServiceCollection services, AccessTokens tokens)
    {
        services.AddSingleton(tokens);
        services.AddSingleton<TokenHealth>();
        services.AddHealthChecks().AddCheck<TokenHealth>("tokens", tags: [NodeHealth.Ready]);
        // Without data protection, which AddAuthentication brings along: tokens need no keys of their own in anybody's home.
        services.AddAuthenticationCore(options => options.DefaultScheme = TokenAuthentication.SchemeName).AddWebEncoders();
        services.TryAddSingleton(TimeProvider.System);
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, OwnEndpoints>();
        var authorization = services.AddAuthorizationBuilder().SetFallbackPolicy(Least(ApiRole.Admin));
        foreach (var role in Enum.GetValues<ApiRole>()) authorization.AddPolicy(role.ToString(), Least(role));
    }

    /// <summary>The least role for an endpoint, or for those of a group that have none of their own.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, ApiRole role) where TBuilder : IEndpointConventionBuilder
    {
        endpoint.RequireAuthorization(role.ToString());
        endpoint.WithMetadata(new NeededRole(role), Refusal(StatusCodes.Status401Unauthorized), Refusal(StatusCodes.Status429TooManyRequests));
        if (role > ApiRole.Viewer) endpoint.WithMetadata(Refusal(StatusCodes.Status403Forbidden));
        return endpoint;
    }

    /// <summary>Has the OpenAPI document name the role that each operation needs.</summary>
    public static void DescribeRoles(this OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Components ??= new OpenApiComponents();
            document.AddComponent(TokenAuthentication.SchemeName, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token that 'convoy tokens add' has made." });
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<IAllowAnonymous>().Any()) return Task.CompletedTask;
            var role = metadata.OfType<NeededRole>().Select(needed => needed.Role).DefaultIfEmpty(ApiRole.Admin).Last();
            (operation.Extensions ??= new Dictionary<string, IOpenApiExtension>())[RoleExtension] = new JsonNodeExtension(JsonValue.Create(role.ToString().ToLowerInvariant()));
            (operation.Security ??= []).Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(TokenAuthentication.SchemeName, context.Document)] = [] });
            return Task.CompletedTask;
        });
    }

    static ProducesResponseTypeMetadata Refusal(int status) => new(status, typeof(ApiProblem), [ProblemJson.ContentType]);

    static AuthorizationPolicy Least(ApiRole least) =>
        new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireRole(Enum.GetValues<ApiRole>().Where(role => role >= least).Select(role => role.ToString())).Build();

    // What the framework answers by itself (404, 405, 415) is nobody's secret, and no role would change it.
    sealed class OwnEndpoints : IAuthorizationMiddlewareResultHandler
    {
        readonly AuthorizationMiddlewareResultHandler _inner = new();

        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
            context.GetEndpoint() is RouteEndpoint ? _inner.HandleAsync(next, context, policy, authorizeResult) : next(context);
    }

    sealed record NeededRole(ApiRole Role);
}
