using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Convoy.Monitoring.Dashboard;

/// <summary>The dashboard: static files over the coordinator's HTTP API.</summary>
public static class DashboardEndpoints
{
    // Nothing but this server's own files and API; pictures also from memory, where charts are saved.
    const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Maps its page to <c>/</c> and its files below.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder app)
    {
        foreach (var asset in DashboardAsset.All)
        {
            var path = asset.Path == "index.html" ? "/" : $"/{asset.Path}";
            app.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (HttpRequest request, HttpResponse response) => Serve(asset, request, response)).AllowAnonymous().ExcludeFromDescription();
        }
    }

    static FileContentHttpResult Serve(DashboardAsset asset, HttpRequest request, HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.CacheControl = asset.IsImmutable ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        var zipped = request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality is not 0);
        if (zipped) headers.ContentEncoding = "gzip";
        return TypedResults.Bytes(zipped ? asset.Gzip : asset.Plain, asset.Type, entityTag: new EntityTagHeaderValue($"\"{asset.Tag}{(zipped ? "-gz" : "")}\""));
    }
}
