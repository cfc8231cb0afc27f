using Convoy.Shared.Artifacts;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Jobs;

/// <summary>The folder that the data and weights of specs lie in, on every node; a relative path of a spec begins there, and none leads out of it.</summary>
public sealed class DataRoot
{
    /// <summary>No limit: for one who submits to himself.</summary>
    public static readonly DataRoot Anywhere = new(null);

    readonly string? _folder;

    DataRoot(string? folder) => _folder = folder;

    /// <summary>A folder, by its absolute path.</summary>
    public static DataRoot At(string folder) => new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    /// <summary>The same spec with absolute paths.</summary>
    /// <exception cref="SpecException">One of them leads out.</exception>
    public TrainingSpec Confine(TrainingSpec spec)
    {
        if (_folder is null) return spec;
        var problems = new List<SpecProblem>();
        var confined = spec with
        {
            Data = spec.Data with { Path = Within("data.path", spec.Data.Path, problems), DiskCache = Within("data.disk_cache", spec.Data.DiskCache, problems) },
            Model = spec.Model with { Base = spec.Model.Base is { } model ? model with { Weights = Within("model.base.weights", model.Weights, problems) } : null },
            Monitor = spec.Monitor is { } monitor ? monitor with { Gradcam = [.. monitor.Gradcam.Select(picture => Within("monitor.gradcam", picture, problems)!)] } : null,
        };
        return problems.Count == 0 ? confined : throw new SpecException([.. problems.Select(problem => $"{problem.Path}: {problem.Message}")]);
    }

    string? Within(string field, string? path, List<SpecProblem> problems)
    {
        if (path is null) return null;
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, _folder!));
        if (full != _folder && !FolderPath.IsBelow(_folder!, full))
            problems.Add(new SpecProblem(field, $"'{path}' leads out of {_folder}, where this cluster's data lies; give a path in it, such as cats_and_dogs"));
        return full;
    }
}
