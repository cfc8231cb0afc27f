using System.Globalization;
using System.Text.Json;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;

namespace Convoy.Worker.Pretrained;

/// <summary>Backbones as the classifiers of ImageNet that they were trained to be.</summary>
public static class ImageNet
{
    /// <summary>Keras' file of the classes' names: <c>{"386": ["n02504458", "African_elephant"], ...}</c>, or with the names alone.</summary>
    public const string ClassIndex = "imagenet_class_index.json";

    /// <summary>Where that file is looked for.</summary>
    public static string ClassIndexOf(string weights) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(weights))!, ClassIndex);

    /// <summary>A backbone's description.</summary>
    /// <param name="backbone">Which.</param>
    /// <param name="weights">The file of its weights; the names of classes lie beside it, and are numbers where they do not.</param>
    /// <exception cref="ArtifactException">The names cannot be read.</exception>
    public static ModelCard Card(Backbone backbone, string weights) => new()
    {
        Name = backbone.Name,
        Model = backbone.Model(includeTop: true),
        Classes = Names(ClassIndexOf(weights)) ?? [.. Enumerable.Range(0, Backbone.Classes).Select(number => number.ToString(CultureInfo.InvariantCulture))],
        Preprocessing = backbone.Preprocessing,
    };

    static IReadOnlyList<string>? Names(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            var classes = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(path))!;
            return [.. Enumerable.Range(0, Backbone.Classes).Select(number => Name(classes[number.ToString(CultureInfo.InvariantCulture)]))];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or NullReferenceException or IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"{path} does not name {Backbone.Classes} classes as Keras' file does: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    static string Name(JsonElement entry) => (entry.ValueKind == JsonValueKind.Array ? entry[1] : entry).GetString()!;
}
