using Convoy.Coordinator.Jobs;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Coordinator.Artifacts;

/// <summary>Draws the learning curves of a history under a title, as a PNG.</summary>
public delegate byte[] DrawCurves(IReadOnlyList<EpochMetrics> history, string title);

/// <summary>A job's run folder: its state written as files, each there whole or not at all. Writing the same state again changes nothing.</summary>
/// <param name="drawCurves">Draws <c>curves.png</c>.</param>
/// <param name="versions">Goes into <c>summary.json</c>.</param>
public sealed class RunFolder(DrawCurves drawCurves, IReadOnlyDictionary<string, string> versions)
{
    /// <summary>Writes what the state shows. An ended job's <c>summary.json</c> comes last: where it is, the folder is complete.</summary>
    /// <param name="state">The job's.</param>
    /// <param name="steps">What its steps came to; null where the folder knows.</param>
    /// <param name="shown">What the folder already shows of the history.</param>
    public void Write(JobState state, IReadOnlyList<StepProgress>? steps, ShownHistory shown)
    {
        Directory.CreateDirectory(state.Folder);
        var summary = In(state, "summary.json");
        if (state.HasEnded && File.Exists(summary)) return;
        if (!state.HasEnded) File.Delete(summary);
        if (!File.Exists(In(state, "spec.yaml"))) AtomicFile.WriteText(In(state, "spec.yaml"), state.Spec);
        if (steps is not null) WriteSteps(In(state, StepsCsv.Name), steps);
        if (state.History.Count > 0) WriteHistory(state, shown);
        if (!state.HasEnded) return;
        var spec = SpecReader.ReadAccepted(state.Spec, "spec.yaml");
        if (Selected(state, spec) is { } selected) WriteModel(state, spec, selected);
        AtomicFile.WriteText(summary, RunSummary.Json(state, spec, versions));
    }

    /// <summary>Removes checkpoints; those that are gone already are fine.</summary>
    public static void Delete(string folder, IReadOnlyList<string> checkpoints)
    {
        var store = new FileArtifactStore(folder);
        foreach (var name in checkpoints) store.Delete(name);
    }

    static void WriteSteps(string path, IReadOnlyList<StepProgress> steps)
    {
        if (steps.Count > 0) AtomicFile.WriteText(path, StepsCsv.Text(steps));
        else File.Delete(path);
    }

    void WriteHistory(JobState state, ShownHistory shown)
    {
        if (shown.IsPictureDue(state)) AtomicFile.Write(In(state, "curves.png"), file => file.Write(drawCurves(state.History, state.Plan.Name)));
        shown.Write(In(state, "history.csv"), state.History);
        shown.Drawn(state);
    }

    // Who ends a training early has paid for what it learnt: it has a model too, unless its checkpoints are gone.
    static string? Selected(JobState state, TrainingSpec spec) =>
        state.Result?.Selected ?? (Retention.Model(state.Checkpoints, state.History, spec.Checkpoint.Select) is { Name: var name } && File.Exists(In(state, name)) ? name : null);

    static void WriteModel(JobState state, TrainingSpec spec, string selected)
    {
        using var file = new FileArtifactStore(state.Folder).Open(selected);
        var checkpoint = Safetensors.Read(file);
        AtomicFile.Write(In(state, "model.safetensors"), model => Safetensors.Write(model, ModelTensors(checkpoint), new Dictionary<string, string> { ["format"] = "pt" }));
        AtomicFile.WriteText(In(state, "model.yaml"), RecordWriter.Write(Card(state, spec, selected)));
    }

    static IReadOnlyList<Safetensors.Source> ModelTensors(Safetensors checkpoint) =>
        [.. checkpoint.Entries
            .Where(entry => entry.Key.StartsWith(CheckpointLayout.ModelPrefix, StringComparison.Ordinal))
            .OrderBy(entry => entry.Value.Start)
            .Select(entry => new Safetensors.Source(
                entry.Key[CheckpointLayout.ModelPrefix.Length..], entry.Value.DType, entry.Value.Shape, file => file.Write(checkpoint.Bytes(entry.Key))))];

    static ModelCard Card(JobState state, TrainingSpec spec, string selected) => new()
    {
        Name = spec.Name,
        Model = spec.Model with { Base = spec.Model.Base is { } @base ? @base with { Weights = null } : null }, // they lie beside the card
        Loss = spec.Loss,
        Classes = state.Classes,
        Preprocessing = spec.Data.Preprocessing ?? PreprocessingMode.Rescale,
        Rescale = spec.Data.Rescale,
        Normalization = spec.Augmentation?.Normalization,
        ValidationAccuracy = RunSummary.EpochOf(state, selected)?.Validation?.Accuracy,
        TestAccuracy = state.Result?.Test?.Accuracy,
    };

    static string In(JobState state, string name) => Path.Combine(state.Folder, name);
}
