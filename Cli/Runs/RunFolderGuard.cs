using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Shared.Artifacts;

namespace Convoy.Cli.Runs;

/// <summary>Makes a run's folder and takes it away again unless told to keep it: a run that never began leaves nothing behind.</summary>
public sealed class RunFolderGuard : IDisposable
{
    readonly string _folder;
    readonly List<string> _made;

    RunFolderGuard(string folder, List<string> made, bool kept) => (_folder, _made, IsKept) = (folder, made, kept);

    /// <summary>Makes sure that the folder exists and can be written. <see cref="CliException"/> where it cannot, or where it holds something else.</summary>
    /// <param name="folder">Absolute.</param>
    /// <param name="resumes">Whether a run in it goes on.</param>
    /// <param name="verb">Of the command: <c>train</c> or <c>sweep</c>.</param>
    /// <param name="host">The world outside.</param>
    public static RunFolderGuard Prepare(string folder, bool resumes, string verb, CliHost host)
    {
        var shown = host.Shown(folder);
        if (!resumes)
            CheckFree(folder, shown, verb, new RunFolders(host));
        var made = Missing(folder);
        var guard = new RunFolderGuard(folder, made, kept: resumes);
        try
        {
            Directory.CreateDirectory(folder);
            Probe(folder);
            return guard;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            guard.Dispose();
            throw CliException.Failure($"{shown}: cannot write there ({Reason(error)}); choose another folder with --out DIR", error);
        }
    }

    /// <summary>Whether the folder stays: it held a run before, or the run has begun.</summary>
    public bool IsKept { get; private set; }

    /// <summary>Writes the spec before there is a journal, so that whatever is killed from here on can be resumed.</summary>
    public void Write(string spec)
    {
        if (Path.Combine(_folder, ModelFolder.Spec) is var file && !File.Exists(file)) AtomicFile.WriteText(file, spec);
    }

    /// <summary>The run has begun: the folder stays.</summary>
    public void Keep() => IsKept = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsKept)
            return;
        if (Directory.Exists(_folder))
            Empty(_folder);
        foreach (var folder in _made.Where(Directory.Exists))
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
    }

    static void CheckFree(string folder, string shown, string verb, RunFolders folders)
    {
        if (File.Exists(folder))
            throw CliException.Usage($"{shown}: is a file; --out names a folder");
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any())
            return;
        throw CliException.Usage(folders.Holds(folder)
            ? $"{shown}: holds a run already; go on with it by 'convoy {verb} --resume --out {shown}', or choose another --out"
            : $"{shown}: is not empty; choose another --out");
    }

    /// <summary>The folders that will have to be made, innermost first.</summary>
    static List<string> Missing(string folder)
    {
        var missing = new List<string>();
        for (var each = folder; each is not null && !Directory.Exists(each); each = Path.GetDirectoryName(each))
            missing.Add(each);
        return missing;
    }

    static void Probe(string folder)
    {
        var probe = Path.Combine(folder, ".convoy-probe");
        File.WriteAllText(probe, "");
        File.Delete(probe);
    }

    static void Empty(string folder)
    {
        foreach (var child in Directory.EnumerateDirectories(folder))
            Directory.Delete(child, recursive: true);
        foreach (var file in Directory.EnumerateFiles(folder))
            File.Delete(file);
    }

    static string Reason(Exception error) => error switch
    {
        UnauthorizedAccessException => "no permission",
        FileNotFoundException or DirectoryNotFoundException => "the system lets no folder be made there",
        _ => error.Message.Split('\n')[0].TrimEnd('.'),
    };
}
