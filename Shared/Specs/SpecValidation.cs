using System.Globalization;
using Convoy.Shared.Models;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Specs;

/// <summary>What a spec's fields must be to each other. What a field must be by itself is said where it is declared.</summary>
public static class SpecValidation
{
    /// <summary>Every problem; none for a spec that can be trained.</summary>
    public static IReadOnlyList<SpecProblem> Problems(TrainingSpec spec) =>
        [.. Name(spec.Name), .. Data(spec), .. Model(spec), .. Stages(spec), .. Features(spec), .. World(spec), .. Gradients(spec), .. Optimizer(spec.Optimizer), .. Schedule(spec), .. spec.Augmentation is { } augmentation ? Augmentation(augmentation, spec.Data) : []];

    // The name becomes part of a folder's name.
    internal static IEnumerable<SpecProblem> Name(string name)
    {
        if (!RunNaming.IsName(name))
            yield return new("name", "expected 1 to 100 letters, digits, '-', '_', '.' and spaces, the first a letter or digit");
    }

    private static IEnumerable<SpecProblem> Data(TrainingSpec spec)
    {
        if (spec.Data.Preprocessing is not (null or PreprocessingMode.Rescale) && spec.Data.Rescale != new DataSpec { Kind = spec.Data.Kind }.Rescale)
            yield return new("data.rescale", Text($"needs data.preprocessing: rescale, not {ScalarFormat.Write(spec.Data.Preprocessing)}"));
        if (spec is { Data.Preprocessing: PreprocessingMode.Caffe or PreprocessingMode.Torch, Model: { Base: null, Input: not [_, _, 3] } })
            yield return new("data.preprocessing", Text($"{ScalarFormat.Write(spec.Data.Preprocessing)} is for colour pictures: model.input must be [height, width, 3]"));
        if (spec.Data.Kind != DataKind.Folder)
            yield break;
        if (spec.Data.ValidationFraction + spec.Data.TestFraction >= 1)
            yield return new("data.validation_fraction", "with data.test_fraction it leaves nothing to train on");
        if (spec.Model.Input is not [_, _, 1 or 3])
            yield return new("model.input", "pictures of a folder need [height, width, 3], or 1 for grey");
    }

    private static IEnumerable<SpecProblem> Model(TrainingSpec spec)
    {
        try
        {
            var plan = ModelPlanner.Plan(spec.Model);
            return (OutputProblem(plan, spec.Loss) ?? LearningProblem(plan) ?? MonitorProblem(plan, spec.Monitor)) is { } problem ? [problem] : [];
        }
        catch (ModelException exception)
        {
            return [new($"model.{exception.Field}", exception.Message)];
        }
    }

    private static SpecProblem? MonitorProblem(ModelPlan plan, MonitorSpec? monitor) => monitor is { Gradcam.Count: > 0 } && !LayerChoice.HasConvolution(plan)
        ? new("monitor.gradcam", "needs a model with a convolution")
        : null;

    private static SpecProblem? OutputProblem(ModelPlan plan, Loss loss)
    {
        var last = plan.Layers[^1];
        var activation = last.Layer.Activation();
        var needed = (loss, last.Output) switch
        {
            (_, { IsImage: true }) => "one number per class: put a flatten and a dense at the end",
            (Loss.CategoricalCrossentropy, { Channels: >= 2 }) when activation == Activation.Softmax => null,
            (Loss.CategoricalCrossentropy, _) => "at least 2 units and softmax at the end (for one unit, use loss: binary_crossentropy)",
            (Loss.BinaryCrossentropy, { Channels: 1 }) when activation == Activation.Sigmoid => null,
            (Loss.BinaryCrossentropy, _) => "1 unit and sigmoid at the end (for several, use loss: categorical_crossentropy)",
            _ => null,
        };
        return needed is null ? null : new(plan.Layers.Count == plan.BaseCount ? "model.layers" : Text($"model.layers[{plan.Layers.Count - plan.BaseCount - 1}]"),
            $"{SnakeCase.Of(loss.ToString())} needs {needed}; layer {last.Name} gives {last.Output} with {SnakeCase.Of(activation.ToString())}");
    }

    private static SpecProblem? LearningProblem(ModelPlan plan) => plan.TrainableWeights.Any()
        ? null
        : new(plan.BaseCount > 0 ? "model.base.trainable" : "model.layers", NothingLearns);

    private const string NothingLearns = "nothing in the model learns; add a dense layer, or let the base learn";

    private static IEnumerable<SpecProblem> Stages(TrainingSpec spec)
    {
        if (spec.Stages is not { } stages)
            yield break;
        if (stages.Count == 0)
            yield return new("stages", "an empty list; leave it out, or write a stage such as {epochs: 10, trainable: false}");
        if (stages.Sum(stage => (long)stage.Epochs) is var sum && sum != spec.Epochs || sum > MostEpochs)
            yield return new("epochs", Text($"{spec.Epochs} where the stages have {sum} together, of at most {MostEpochs}; leave epochs out, or change the stages"));
        foreach (var (index, stage) in stages.Index())
            if (TrainableProblem(spec.Model, stage.Trainable) is { } problem)
                yield return new(Text($"stages[{index}].trainable"), problem);
    }

    private const int MostEpochs = 100_000;

    // What is wrong with the model itself is told elsewhere.
    private static string? TrainableProblem(ModelSpec model, Trainable? trainable)
    {
        if (trainable is null)
            return null;
        if (trainable.IsNone && model.Base is null)
            return "false freezes the model's base, and it has none";
        try
        {
            return ModelPlanner.Plan(model, trainable).TrainableWeights.Any() ? null : NothingLearns;
        }
        catch (ModelException exception)
        {
            return exception.Field == "base.trainable" ? exception.Message : null;
        }
    }

    // In a training of several stages some may do without. A model that does not hold together has its own problem.
    private static IEnumerable<SpecProblem> Features(TrainingSpec spec)
    {
        if (spec.Model.Base is not { Features: FeatureMode.Cached } || spec.Stages is { Count: 0 } || Model(spec).Any())
            yield break;
        var obstacles = Stage.Of(spec).Select(stage => stage.FeatureObstacle(spec)).ToList();
        if (obstacles.All(obstacle => obstacle is not null))
            yield return new("model.base.features", obstacles[0]!);
    }

    private static IEnumerable<SpecProblem> World(TrainingSpec spec)
    {
        if (spec.World.Min > spec.World.Max)
            yield return new("world.min", Text($"{spec.World.Min} is more than world.max, {spec.World.Max}"));
        if (spec.World.Max > spec.BatchSize)
            yield return new("world.max", Text($"{spec.World.Max} replicas cannot share a batch of {spec.BatchSize}; lower world.max or raise batch_size"));
    }

    // Both would use the world at the same time.
    private static IEnumerable<SpecProblem> Gradients(TrainingSpec spec)
    {
        if (spec.Gradients.Overlap && spec.Model.Layers.Any(layer => layer is BatchNormalization { Sync: true }))
            yield return new("gradients.overlap", "cannot be used with batch_normalization's sync: true, which exchanges within the backward pass itself");
    }

    private static IEnumerable<SpecProblem> Optimizer(OptimizerSpec optimizer)
    {
        if (optimizer is { Nesterov: true, Momentum: 0 })
            yield return new("optimizer.nesterov", "needs a momentum above 0, such as optimizer.momentum: 0.9");
    }

    private static IEnumerable<SpecProblem> Schedule(TrainingSpec spec)
    {
        if (spec.Stages is null && spec.Schedule.WarmupEpochs > spec.Epochs)
            yield return new("schedule.warmup_epochs", Text($"{spec.Schedule.WarmupEpochs} is more than epochs, {spec.Epochs}"));
        if (spec.Stages is { Count: > 0 } stages && spec.Schedule.WarmupEpochs > stages.Min(stage => stage.Epochs))
            yield return new("schedule.warmup_epochs", Text($"{spec.Schedule.WarmupEpochs} is more than the epochs of a stage, {stages.Min(stage => stage.Epochs)}"));
    }

    private static IEnumerable<SpecProblem> Augmentation(AugmentationSpec augmentation, DataSpec data)
    {
        if (augmentation is { Cval: not 0, FillMode: not FillMode.Constant })
            yield return new("augmentation.cval", "needs augmentation.fill_mode: constant");
        if (augmentation.Normalization is { IsFeaturewise: true, IsSamplewise: true })
            yield return new("augmentation", "normalises featurewise and samplewise; choose one");
        if (augmentation.Normalization is not null && data.Preprocessing is not (null or PreprocessingMode.Rescale))
            yield return new("augmentation", "normalises what was only rescaled; leave that out, or set data.preprocessing: rescale");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
