using System.Text.Json;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Specs;
using Convoy.Worker.Pretrained;

namespace Convoy.Worker.Export;

/// <summary>Writes a model as ONNX, preprocessing included: it takes pictures as they are decoded, (batch, height, width, channels) in
/// bytes, red first, and gives what the last layer gives, (batch, classes).</summary>
static class OnnxExport
{
    const string Input = "input"; // a name that no layer has
    // What Protocol Buffers can hold.
    const long LargestFile = int.MaxValue;

    /// <summary>Writes a model, whole or not at all.</summary>
    /// <exception cref="ArtifactException">It is larger than ONNX allows.</exception>
    public static void Write(string path, StoredModel model)
    {
        var graph = new OnnxGraph();
        var layers = new OnnxLayers(graph, model.Read);
        var value = OnnxPreprocessing.Add(graph, Input, model);
        if (model.Plan.Input.IsImage) value = layers.ChannelsFirst($"{value}.channels_first", value);
        foreach (var layer in model.Plan.Layers) value = layers.Add(layer, value);
        if (model.Plan.Output.IsImage) value = layers.ChannelsLast($"{value}.channels_last", value);
        var message = graph.Model(model.Card.Name, (Input, model.Plan.Input.Dims), (value, model.Plan.Output.Dims), Metadata(model.Card));
        if (message.Length > LargestFile) throw new ArtifactException($"{path}: {message.Length:N0} bytes are more than an ONNX file can have; export to safetensors or keras");
        AtomicFile.Write(path, message.WriteTo);
    }

    static Dictionary<string, string> Metadata(ModelCard card) => new()
    {
        ["classes"] = JsonSerializer.Serialize(card.Classes),
        ["input"] = "pictures in bytes: batch x height x width x channels, red first; the preprocessing is part of the graph",
        ["preprocessing"] = JsonSerializer.Serialize(new { card.Rescale, card.Normalization }, Snake),
    };

    static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
