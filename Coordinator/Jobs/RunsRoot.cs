using Convoy.Shared.Artifacts;

namespace Convoy.Coordinator.Jobs;

/// <summary>The folder that the folders of jobs and sweeps lie in. Each has one of its own there, which holds its owner's name.</summary>
public sealed class RunsRoot
{
    /// <summary>No limit: for one who submits to himself.</summary>
    public static readonly RunsRoot Anywhere = new(null);

    const string OwnerFile = ".owner";

    readonly string? _root;

    RunsRoot(string? root) => _root = root;

    /// <summary>A folder, by its path.</summary>
    public static RunsRoot At(string folder) => new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    /// <summary>A folder's absolute path; a relative one begins at the root.</summary>
    /// <exception cref="RunFolderException">It leads out, or is kept for something else.</exception>
    public string Within(string folder)
    {
        if (_root is null) return folder;
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
                if (OwnerOf(place, isTrial: sweep is not null) is { } other && other != run && other != sweep)
                    throw new RunFolderException($"folder '{folder}': '{other}' has its run in {place}; choose another");
            if (sweep is not null) return;
            Directory.CreateDirectory(full);
            AtomicFile.WriteText(Path.Combine(full, OwnerFile), run);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunFolderException($"folder '{folder}': {error.Message}");
        }
    }

    // A run of before there were such names is most likely a job that is called like its folder.
    static string? OwnerOf(string folder, bool isTrial) =>
        Path.Combine(folder, OwnerFile) is var file && File.Exists(file) ? File.ReadAllText(file)
        : !isTrial && File.Exists(Path.Combine(folder, "spec.yaml")) ? JobActor.PersistencePrefix + Path.GetFileName(folder)
        : null;

    // The journal, and who did what.
    static bool IsReserved(string name) => name.StartsWith("journal.db", StringComparison.Ordinal)
        || name.StartsWith("audit", StringComparison.Ordinal) && name.Contains(".jsonl", StringComparison.Ordinal);
}

/// <summary>A folder that a run may not have. The message is one line.</summary>
public sealed class RunFolderException(string message) : Exception(message);
