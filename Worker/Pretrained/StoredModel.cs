using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Worker.Pretrained;

/// <summary>A model as it lies on the disk: what it is, and weights that are read when they are asked for.</summary>
public sealed class StoredModel : IDisposable
{
    const string CardFile = "model.yaml";

    readonly IWeightFile _file;
    readonly WeightMatch _match;

    StoredModel(ModelCard card, IWeightFile file, FeatureStatistics? features)
    {
        (Card, Plan, Features, _file) = (card, ModelPlanner.Plan(card.Model), features, file);
        _match = WeightMatch.Of(file, Plan.Layers);
    }

    /// <summary>What it is.</summary>
    public ModelCard Card { get; }

    /// <summary>Its layers and weights.</summary>
    public ModelPlan Plan { get; }

    /// <summary>The training set's statistics, where inputs are normalised by them.</summary>
    public FeatureStatistics? Features { get; }

    /// <summary>Opens <c>model.yaml</c> and <c>model.safetensors</c> of a folder.</summary>
    /// <exception cref="ArtifactException">They are missing, damaged, or do not belong together.</exception>
    public static StoredModel Open(string folder)
    {
        var card = Required(folder, CardFile);
        return Open(RecordReader.ReadAccepted<ModelCard>(File.ReadAllText(card), card), SafetensorsFile.Open(Required(folder, PretrainedWeights.ModelFile)));
    }

    /// <summary>Opens a backbone as the classifier of ImageNet that it was trained to be.</summary>
    /// <param name="backbone">Which.</param>
    /// <param name="weights">A file of its weights, classifier included.</param>
    /// <exception cref="ArtifactException">The file cannot be read or does not fit.</exception>
    public static StoredModel Open(Backbone backbone, string weights)
    {
        var file = PretrainedWeights.Open(weights);
        try
        {
            var card = ImageNet.Card(backbone, weights);
            return new StoredModel(card with { Preprocessing = file.Preprocessing ?? card.Preprocessing }, file, null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static StoredModel Open(ModelCard card, SafetensorsFile file) => card.Normalization is not { IsFeaturewise: true } ? new(card, file, null)
        : file.Features is { } features ? new(card, file, features)
        : throw new ArtifactException($"{file.Path} has no {CheckpointLayout.FeatureMean} and {CheckpointLayout.FeatureStd}, which {CardFile} asks for");

    /// <summary>The numbers of a weight, in the model's order.</summary>
    public float[] Read(WeightPlan weight) => _match.Read(weight);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    static string Required(string folder, string name) => File.Exists(Path.Combine(folder, name))
        ? Path.Combine(folder, name)
        : throw new ArtifactException($"{folder} is no model: it has no {name}; name a run's folder, such as runs/digits-...");
}
