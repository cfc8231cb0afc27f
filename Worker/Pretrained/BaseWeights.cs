using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;
using Convoy.Worker.Models;

namespace Convoy.Worker.Pretrained;

/// <summary>The weights that a spec names for its model's base.</summary>
public static class BaseWeights
{
    /// <summary>Refuses a training that begins with a frozen base of random weights.</summary>
    /// <exception cref="ArtifactException">It would.</exception>
    public static void Require(TrainingSpec spec)
    {
        if (spec.Model.Base is { Weights: null } @base && Stage.Of(spec)[0].Trainable != Trainable.All)
            throw new ArtifactException($"{@base.Backbone} has no weights, and frozen it would stay random: --set model.base.weights=FILE (Keras' .h5, safetensors, or a model's folder)");
    }

    /// <summary>Puts them into the model, where the spec names any.</summary>
    /// <exception cref="ArtifactException">The file cannot be read or does not fit.</exception>
    public static void Load(ModelSpec spec, FlatParameters parameters)
    {
        if (spec.Base?.Weights is { } path)
            PretrainedWeights.Load(path, parameters, InBase(parameters.Plan), Spare(spec, parameters.Plan));
    }

    /// <summary>Finds out whether they are there where they must be, could be loaded, and take pictures as the spec prepares them.</summary>
    /// <exception cref="ArtifactException">They are not, or the file cannot be read or does not fit.</exception>
    public static void Check(TrainingSpec spec)
    {
        Require(spec);
        if (spec.Model.Base?.Weights is not { } path) return;
        var plan = ModelPlanner.Plan(spec.Model);
        using var file = PretrainedWeights.Open(path);
        WeightMatch.Of(file, InBase(plan), Spare(spec.Model, plan));
        if (file.Preprocessing is { } made && made != spec.Data.Preprocessing)
            throw new ArtifactException($"{path} takes pictures that are prepared otherwise; set data.preprocessing: {SnakeCase.Of(made.ToString())}");
    }

    static IReadOnlyList<LayerPlan> InBase(ModelPlan plan) => [.. plan.Layers.Take(plan.BaseCount)];

    // What a file may hold besides: ImageNet's classifier, or the one of a model like this.
    static IReadOnlyList<LayerPlan> Spare(ModelSpec spec, ModelPlan plan)
    {
        var whole = Backbone.Find(spec.Base!.Backbone)!.Model(includeTop: true, new(plan.Input.Height, plan.Input.Width));
        return [.. ModelPlanner.Plan(whole).Layers.Skip(plan.BaseCount), .. plan.Layers.Skip(plan.BaseCount)];
    }
}
