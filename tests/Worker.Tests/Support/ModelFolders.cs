using System.Runtime.InteropServices;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Tests.Data;
using Convoy.Worker.Pretrained;

namespace Convoy.Worker.Tests.Support;

/// <summary>Folders of models that were never trained.</summary>
static class ModelFolders
{
    /// <summary>A model from its YAML: <c>input: ...</c> and <c>layers: [...]</c>.</summary>
    public static ModelSpec Spec(string input, string layers) => RecordReader.Read<ModelSpec>($"input: {input}\nlayers: [{layers}]", "model");

    /// <summary>A folder with the card and random weights, positive where they are variances.</summary>
    public static StoredModel Create(TemporaryFolder place, ModelCard card)
    {
        var random = new Random(7);
        var weights = ModelPlanner.Plan(card.Model).Weights.Select(weight => Source(weight.Name, weight.Shape, Numbers(weight, random)));
        if (card.Normalization is { IsFeaturewise: true })
            weights = weights.Concat([Source(CheckpointLayout.FeatureMean, [3], [0.4f, 0.5f, 0.6f]), Source(CheckpointLayout.FeatureStd, [3], [0.2f, 0.3f, 0.25f])]);
        place.Write("model/model.yaml", RecordWriter.Write(card));
        AtomicFile.Write(place.In("model/model.safetensors"), file => Safetensors.Write(file, [.. weights], new Dictionary<string, string>()));
        return StoredModel.Open(place.In("model"));
    }

    static Safetensors.Source Source(string name, IReadOnlyList<int> shape, float[] numbers) =>
        new(name, "F32", [.. shape.Select(size => (long)size)], file => file.Write(MemoryMarshal.AsBytes<float>(numbers)));

    static float[] Numbers(WeightPlan weight, Random random)
    {
        var (low, high) = weight.Name.EndsWith("running_var", StringComparison.Ordinal) ? (0.5, 2) : (-0.6, 0.6);
        return [.. Enumerable.Range(0, (int)weight.Count).Select(_ => (float)(low + (high - low) * random.NextDouble()))];
    }
}
