using System.Text.Json;
using System.Text.Json.Serialization;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Worker.Pretrained;

namespace Convoy.Worker.Export;

/// <summary>Writes a model as ONNX, preprocessing included: it takes pictures as they are decoded, (batch, height, width, channels) in
/// bytes, red first, and gives what the last layer gives, (batch, classes).</summary>
static class OnnxExport
{
    // What Protocol Buffers can hold.
    const long LargestFile = int.MaxValue;

    /// <summary>Writes a model, whole or not at all.</summary>
    /// <exception cref="ArtifactException">It is larger than ONNX allows.</exception>
    public static void Write(string path, StoredModel model)
    {
        var graph = new OnnxGraph();
        var layers = new OnnxLayers(graph, model.Read);
        var value = Add(layers, model.Plan, OnnxPreprocessing.Add(graph, LayerPlan.ModelInputName, model));
        var message = graph.Model(model.Card.Name, (LayerPlan.ModelInputName, model.Plan.Input.Dims), (value, model.Plan.Output.Dims), Metadata(model.Card));
        if (message.Length > LargestFile) throw new ArtifactException($"{path}: {message.Length:N0} bytes are more than an ONNX file can have; export to safetensors or keras");
        AtomicFile.Write(path, message.WriteTo);
    }

    static string Add(OnnxLayers layers, ModelPlan plan, string input)
    {
        if (plan.Input.IsImage) input = layers.ChannelsFirst($"{input}.channels_first", input);
        var outputs = new string[plan.Layers.Count];
        foreach (var (index, layer) in plan.Layers.Index())
            outputs[index] = layers.Translate(layer, [.. layer.Sources.Select(source => source == LayerPlan.ModelInput ? input : outputs[source])]);
        return plan.Output.IsImage ? layers.ChannelsLast($"{outputs[^1]}.output", outputs[^1]) : outputs[^1];
    }

    static Dictionary<string, string> Metadata(ModelCard card) => new()
    {
        ["classes"] = JsonSerializer.Serialize(card.Classes),
        ["input"] = "pictures in bytes: batch x height x width x channels, red first; the preprocessing is part of the graph",
        ["preprocessing"] = JsonSerializer.Serialize(new { mode = card.Preprocessing, card.Rescale, card.Normalization }, Snake),
    };

    static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };
}
