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
}
