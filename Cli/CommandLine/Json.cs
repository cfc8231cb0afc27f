using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Encodings.Web;

namespace Convoy.Cli.CommandLine;

/// <summary>How the command writes JSON: snake_case, indented, no nulls; what is no number in JSON (NaN) as text.</summary>
static class Json
{
    static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes one document and a line break.</summary>
    public static void Write(TextWriter target, object document) => target.WriteLine(JsonSerializer.Serialize(document, Options));
}
