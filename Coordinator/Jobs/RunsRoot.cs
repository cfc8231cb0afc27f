using Convoy.Shared.Artifacts;
using Convoy.Shared.Hosting;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Coordinator.Jobs;

/// <summary>The folder that the folders of jobs and sweeps lie in. Each has one of its own there, which holds its owner's name.</summary>
public sealed class RunsRoot
{
    /// <summary>No limit: for one who submits to himself.</summary>
    public static readonly RunsRoot Anywhere = new(null);

    const string OwnerFile = ".owner";

    readonly string? _root;
    readonly bool _supervised;

    RunsRoot(string? root, bool supervised = false) => (_root, _supervised) = (root, supervised);

    /// <summary>A folder, by its path.</summary>
    /// <param name="folder">The path.</param>
    /// <param name="supervised">Whether the process that started this one has the run's folder for it.</param>
    public static RunsRoot At(string folder, bool supervised = false) => new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), supervised);

    /// <summary>A folder's absolute path; a relative one begins at the root.</summary>
    /// <exception cref="RunFolderException">It leads out, or is kept for something else.</exception>
    public string Within(string folder)
    {
        if (_root is null) return folder;
        if (folder.Any(char.IsControl)) throw new RunFolderException($"folder '{Quote.Short(folder)}': has a control character, which no folder's name has");
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder, _root));
        if (full == _root) throw new RunFolderException($"folder '{folder}': is the coordinator's folder of runs itself; name one in it");
        if (!FolderPath.IsBelow(_root, full)) throw new RunFolderException($"folder '{folder}': lies outside the coordinator's folder of runs");
        if (IsReserved(Path.GetRelativePath(_root, full).Split(Path.DirectorySeparatorChar)[0])) throw new RunFolderException($"folder '{folder}': the coordinator keeps this name for files of its own");
        return full;
    }

    /// <summary>Takes a folder for a new run and says there whose it is; a trial's lies in its sweep's.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="run">The job or sweep, as the journal calls it.</param>
    /// <param name="sweep">The sweep whose trial it is, if it is one.</param>
    /// <exception cref="RunFolderException">It may not have it, another run has it, or nobody can write there.</exception>
    public void Claim(string folder, string run, string? sweep = null)
    {
        if (_root is null) return;
        var full = Within(folder);
        try
        {
            for (var place = full; place.Length > _root.Length; place = Path.GetDirectoryName(place)!)
                if (WhoHas(place, run, sweep) is { } other) throw new RunFolderException($"folder '{folder}': {other}; choose another");
            if (sweep is not null) return;
            Directory.CreateDirectory(full);
            AtomicFile.WriteText(Path.Combine(full, OwnerFile), run);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunFolderException($"folder '{folder}': {error.Message}");
        }
    }

    // Another command of this user may train in a folder among the runs.
    string? WhoHas(string place, string run, string? sweep) =>
        !_supervised && FileLock.HolderOf(FileLock.In(place)) is { } holder ? $"{place} is in use by {holder}"
        : OwnerOf(place, isTrial: sweep is not null) is { } other && other != run && other != sweep ? $"'{other}' has its run in {place}"
        : null;

    // A run of before there were such names is most likely a job that is called like its folder.
    static string? OwnerOf(string folder, bool isTrial) =>
        Path.Combine(folder, OwnerFile) is var file && File.Exists(file) ? File.ReadAllText(file)
        : !isTrial && File.Exists(Path.Combine(folder, "spec.yaml")) ? JobActor.PersistencePrefix + Path.GetFileName(folder)
        : null;

    // The journal, who has the folder, and who did what.
    static bool IsReserved(string name) => name == FileLock.FolderFile || name.StartsWith("journal.db", StringComparison.Ordinal)
        || name.StartsWith("audit", StringComparison.Ordinal) && name.Contains(".jsonl", StringComparison.Ordinal);
}

/// <summary>A folder that a run may not have. The message is one line.</summary>
public sealed class RunFolderException(string message) : Exception(message);
