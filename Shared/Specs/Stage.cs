using Convoy.Shared.Models;

namespace Convoy.Shared.Specs;

/// <summary>A stretch of epochs with one set of layers that learn and one learning rate; its optimizer begins anew.</summary>
/// <param name="Index">From 0.</param>
/// <param name="FirstEpoch">Epochs done before it.</param>
/// <param name="Epochs">Its own.</param>
/// <param name="Trainable">What learns.</param>
/// <param name="Lr">Learning rate, before the schedule, which begins anew as well.</param>
public sealed record Stage(int Index, int FirstEpoch, int Epochs, Trainable Trainable, double Lr)
{
    /// <summary>The stages of a training; the whole of it where the spec has none.</summary>
    public static IReadOnlyList<Stage> Of(TrainingSpec spec)
    {
        var (stages, done) = (new List<Stage>(), 0);
        foreach (var (index, stage) in (spec.Stages ?? [new StageSpec { Epochs = spec.Epochs }]).Index())
        {
            stages.Add(new Stage(index, done, stage.Epochs, stage.Trainable ?? spec.Model.Base?.Trainable ?? Trainable.All, stage.Lr ?? spec.Optimizer.Lr));
            done += stage.Epochs;
        }
        return stages;
    }

    /// <summary>Whether the base runs once over every picture for this stage, instead of in every step.</summary>
    public bool CachesFeatures(TrainingSpec spec) => spec.Model.Base is { Features: not FeatureMode.Computed } && FeatureObstacle(spec) is null;

    /// <summary>Why the output of the model's base has to be computed anew in every step of this stage; null where it has not.</summary>
    internal string? FeatureObstacle(TrainingSpec spec) => this switch
    {
        { Trainable.IsNone: false } => "cached needs a base that is frozen: trainable: false",
        _ when spec.Augmentation is { IsRandom: true } => "cached needs pictures that are the same in every epoch: leave augmentation out",
        _ when !ModelPlanner.Plan(spec.Model).IsCutAtBase => "cached needs a model whose layers take the base's last output and nothing from before it",
        _ => null,
    };
}
