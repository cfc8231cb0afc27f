using System.Text.Json;
using System.Text.Json.Serialization;

namespace Convoy.Coordinator.Api;

/// <summary>How the API writes JSON: snake_case, no nulls, names of enums in lower case; what is no number in JSON (NaN) as text.</summary>
public static class ApiJson
{
    /// <summary>For both ends.</summary>
    public static JsonSerializerOptions Options { get; } = Frozen();

    /// <summary>Makes these options those of the API.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }

    static JsonSerializerOptions Frozen()
    {
        var options = new JsonSerializerOptions();
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
