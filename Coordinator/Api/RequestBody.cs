using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Convoy.Shared.Specs.Reading;
using Microsoft.AspNetCore.Http;

namespace Convoy.Coordinator.Api;

/// <summary>JSON bodies, read as strictly as specs: each problem names its field.</summary>
static class RequestBody
{
    /// <summary>The body as JSON. <see cref="BadRequestException"/> where it is none or is no <typeparamref name="T"/>; <see cref="BadHttpRequestException"/> where it is another type of content.</summary>
    public static async Task<T> JsonAsync<T>(HttpRequest request) where T : class
    {
        if (!request.HasJsonContentType())
            throw new BadHttpRequestException(string.IsNullOrEmpty(request.ContentType) ? "the body has no content type: expected application/json" : "expected a body of application/json", StatusCodes.Status415UnsupportedMediaType);
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, default, request.HttpContext.RequestAborted);
            var problems = Problems(document.RootElement, ApiJson.Options.GetTypeInfo(typeof(T)), isNullable: false, "").ToList();
            return problems.Count == 0 ? document.Deserialize<T>(ApiJson.Options)! : throw new BadRequestException(problems);
        }
        catch (JsonException error)
        {
            throw new BadRequestException($"the body is not JSON: {error.Message.Split(" LineNumber:")[0]} (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1})");
        }
        catch (InvalidOperationException)
        {
            throw new BadRequestException("the body has half of a surrogate pair, which is no character"); // by JsonElement, of any text
        }
    }

    static IEnumerable<string> Problems(JsonElement value, JsonTypeInfo type, bool isNullable, string path)
    {
        var (wanted, fits) = value.ValueKind == JsonValueKind.Null && isNullable ? ("", true) : Expectation(value, type);
        if (!fits) return [$"{(path.Length == 0 ? "the body" : path)}: expected {wanted}, found {Describe(value)}"];
        return value.ValueKind switch
        {
            JsonValueKind.Object => OfMembers(value, type, path),
            JsonValueKind.Array => value.EnumerateArray().SelectMany((item, number) => Problems(item, ApiJson.Options.GetTypeInfo(type.ElementType!), isNullable: false, $"{path}[{number}]")),
            _ => [],
        };
    }

    static IEnumerable<string> OfMembers(JsonElement value, JsonTypeInfo type, string path)
    {
        var known = type.Properties.ToDictionary(property => property.Name);
        var seen = new HashSet<string>();
        foreach (var member in value.EnumerateObject())
        {
            var field = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!known.TryGetValue(member.Name, out var property))
                yield return $"{Quote.Short(field)}: unknown{Nearest.Hint(member.Name, known.Keys)} (known: {string.Join(", ", known.Keys)})";
            else if (!seen.Add(member.Name))
                yield return $"{field}: is there twice";
            else
                foreach (var problem in Problems(member.Value, ApiJson.Options.GetTypeInfo(property.PropertyType), property.IsSetNullable, field))
                    yield return problem;
        }
        foreach (var property in known.Values.Where(property => property.IsRequired && !seen.Contains(property.Name)))
            yield return $"{(path.Length == 0 ? property.Name : $"{path}.{property.Name}")}: missing";
    }

    static (string Wanted, bool Fits) Expectation(JsonElement value, JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => ("an object", value.ValueKind == JsonValueKind.Object),
        JsonTypeInfoKind.Enumerable => ("a list", value.ValueKind == JsonValueKind.Array),
        _ when type.Type == typeof(string) => ("a text", value.ValueKind == JsonValueKind.String && value.GetString() is not null),
        _ when type.Type == typeof(int) => ("a whole number", value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _)),
        _ => throw new NotSupportedException($"bodies have no {type.Type}"),
    };

    static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text {Quote.Short(value.GetString()!)}",
        _ => Quote.Short(value.GetRawText()),
    };
}
