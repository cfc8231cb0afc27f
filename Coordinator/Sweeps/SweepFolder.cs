using Convoy.Shared.Artifacts;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps;

/// <summary>How to draw a sweep's pictures: PNGs by file name.</summary>
public delegate IReadOnlyDictionary<string, Func<byte[]>> DrawSweep(SweepSpec sweep, IReadOnlyList<TrialView> trials);

/// <summary>One sweep's folder: its state written as files, each there whole or not at all. Writing the same state again changes nothing.</summary>
/// <param name="draw">Draws its pictures.</param>
public sealed class SweepFolder(DrawSweep draw)
{
    /// <summary>Folder of the best trial's model.</summary>
    public const string Best = "best";

    static readonly string[] Results = ["spec.yaml", "model.safetensors", "model.yaml", "history.csv", "curves.png", "summary.json"];

    SweepSpec? _spec;

    /// <summary>Writes where a sweep stands: <c>spec.yaml</c>, <c>trials.csv</c>, <c>best.yaml</c>.</summary>
    public void Show(SweepState state)
    {
        Directory.CreateDirectory(state.Folder);
        var spec = _spec ??= RecordReader.ReadAccepted<SweepSpec>(state.Spec, "sweep.yaml");
        if (!File.Exists(In(state, "spec.yaml"))) AtomicFile.WriteText(In(state, "spec.yaml"), state.Spec);
        AtomicFile.WriteText(In(state, "trials.csv"), TrialsCsv.Text(state, [.. spec.Space.Keys]));
        if (state.Winner is { } winner) AtomicFile.WriteText(In(state, "best.yaml"), SpecWriter.Write(AsFarAs(winner.Epochs, new TrialSpecs(spec).Of(winner.Values, winner.Number))));
    }

    /// <summary>Writes the results of a sweep whose jobs have ended; <c>summary.json</c> comes last: where it is, the folder is complete.</summary>
    /// <param name="state">The sweep, which closes.</param>
    /// <param name="active">Seconds that it has run.</param>
    /// <returns>What is missing, in one line each: a sweep is not to fail for a picture.</returns>
    public IReadOnlyList<string> Write(SweepState state, double active)
    {
        Show(state);
        if (state.Winner is { } winner) Copy(state.FolderOf(winner.Number), In(state, Best));
        foreach (var trial in state.Trials.All.Where(trial => trial.Number != state.Winner?.Number)) DeleteCheckpoints(state.FolderOf(trial.Number));
        List<string> missing = [.. draw(_spec!, [.. state.Trials.All.Select(state.ViewOf)]).Select(picture => Drawn(In(state, picture.Key), picture.Value)).OfType<string>()];
        AtomicFile.WriteText(In(state, "summary.json"), SweepSummary.Json(state, active));
        return missing;
    }

    // Why a picture is not there; null where it is.
    static string? Drawn(string path, Func<byte[]> picture)
    {
        try
        {
            var png = picture();
            AtomicFile.Write(path, file => file.Write(png));
            return null;
        }
        catch (Exception error)
        {
            return $"{Path.GetFileName(path)}: {error.Message}";
        }
    }

    // A trial that ended early is made again by as many epochs, unless what an epoch does depends on how many there are.
    static TrainingSpec AsFarAs(int epochs, TrainingSpec spec) =>
        spec.Stages is null && spec.Schedule.Kind != ScheduleKind.Cosine && spec.Schedule.WarmupEpochs <= epochs ? spec with { Epochs = epochs } : spec;

    static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var name in Results.Where(name => File.Exists(Path.Combine(from, name))))
        {
            using var source = File.OpenRead(Path.Combine(from, name));
            AtomicFile.Write(Path.Combine(to, name), source.CopyTo);
        }
    }

    // Of no use any more: nobody goes on with them.
    static void DeleteCheckpoints(string folder)
    {
        var checkpoints = Path.Combine(folder, "checkpoints");
        if (Directory.Exists(checkpoints)) Directory.Delete(checkpoints, recursive: true);
    }

    static string In(SweepState state, string name) => Path.Combine(state.Folder, name);
}
