using System.Globalization;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Convoy.Operator;

/// <summary>What a failed request to the API server tells.</summary>
static class ApiFailure
{
    /// <summary>In one line.</summary>
    public static string Describe(Exception error) => (error is HttpOperationException http ? Describe(http) : error.Message).ReplaceLineEndings(" ");

    /// <summary>How long the server asks to be left alone; zero where it does not.</summary>
    public static TimeSpan RetryAfter(Exception error) =>
        error is HttpOperationException { Response.Headers: { } headers } && headers.TryGetValue("Retry-After", out var values)
        && int.TryParse(values.FirstOrDefault(), CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;

    static string Describe(HttpOperationException error) => $"the API server answers {(int)error.Response.StatusCode}: {Message(error.Response.Content) ?? error.Response.ReasonPhrase}";

    static string? Message(string? content)
    {
        try
        {
            return content is { Length: > 0 } ? KubernetesJson.Deserialize<V1Status>(content)?.Message : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null; // a proxy's words, not the API server's
        }
    }
}
