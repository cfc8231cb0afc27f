using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convoy.Operator.Tests;

/// <summary>Checks a value against as much of a structural schema as ours use; what the schema does not know is a problem, as with <c>kubectl --validate=strict</c>. Rules in CEL are not evaluated.</summary>
static class SchemaCheck
{
    /// <summary>One line for each thing that is wrong.</summary>
    public static IEnumerable<string> Problems(JsonNode schema, JsonNode value, string path)
    {
        var type = schema["type"]!.GetValue<string>();
        if (!IsOf(type, value)) return [$"{path}: not of type {type}"];
        return value switch
        {
            JsonObject map when schema["properties"] is JsonObject properties => OfObject(schema, properties, map, path),
            JsonArray list => list.SelectMany((item, index) => Problems(schema["items"]!, item!, $"{path}[{index}]")),
            _ when type == "string" => OfText(schema, value.GetValue<string>(), path),
            _ => [],
        };
    }

    static IEnumerable<string> OfObject(JsonNode schema, JsonObject properties, JsonObject map, string path)
    {
        string At(string name) => path.Length == 0 ? name : $"{path}.{name}";
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()).Where(name => !map.ContainsKey(name))) yield return $"{At(name)}: missing";
        foreach (var (name, value) in map)
            if (properties[name] is not { } known) yield return $"{At(name)}: no such field";
            else
                foreach (var problem in Problems(known, value!, At(name))) yield return problem;
    }

    static IEnumerable<string> OfText(JsonNode schema, string text, string path)
    {
        if (schema["minLength"]?.GetValue<int>() > text.Length) yield return $"{path}: shorter than {schema["minLength"]}";
        if (schema["maxLength"]?.GetValue<int>() < text.Length) yield return $"{path}: longer than {schema["maxLength"]}";
        if (schema["enum"] is JsonArray values && !values.Any(value => value!.GetValue<string>() == text)) yield return $"{path}: none of the values";
    }

    static bool IsOf(string type, JsonNode value) => (type, value.GetValueKind()) is
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or
        ("integer", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False);
}
