using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Hosting;

namespace Convoy.Cli.Runs;

/// <summary>Makes a run's folder, has it for this process alone, and takes it away again unless told to keep it: a run that never began leaves nothing behind.</summary>
public sealed class RunFolderGuard : IDisposable
{
    readonly string _folder;
    readonly List<string> _made;
    readonly FileLock _lock;

    RunFolderGuard(string folder, List<string> made, FileLock held, bool kept) => (_folder, _made, _lock, IsKept) = (folder, made, held, kept);

    /// <summary>Makes the folder, checks that it can be written, and locks it. <see cref="CliException"/> where it cannot, or where it holds something else.</summary>
    /// <param name="folder">Absolute.</param>
    /// <param name="resumes">Whether a run in it goes on.</param>
    /// <param name="verb">Of the command: <c>train</c> or <c>sweep</c>.</param>
    /// <param name="host">The world outside.</param>
    public static RunFolderGuard Prepare(string folder, bool resumes, string verb, CliHost host)
    {
        var shown = host.Shown(folder);
        var folders = new RunFolders(host);
        folders.RequireUnused(folder);
        if (!resumes) CheckFree(folder, shown, verb, folders);
        var made = Missing(folder);
        var held = Take(folder, shown, made);
        try
        {
            if (!resumes) CheckFree(folder, shown, verb, folders); // again: before the lock another run could begin here
            return new RunFolderGuard(folder, made, held, kept: resumes);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    static FileLock Take(string folder, string shown, List<string> made)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return FileLock.Take(FileLock.In(folder), Holder.Me(), shown, RunFolders.WhereUsed);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            RemoveEmpty(made);
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
        if (!IsKept && Directory.Exists(_folder)) Empty(_folder);
        _lock.Dispose();
        if (!IsKept) RemoveEmpty(_made);
    }

    static void RemoveEmpty(List<string> folders)
    {
        foreach (var folder in folders.Where(Directory.Exists))
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
    }

    static void CheckFree(string folder, string shown, string verb, RunFolders folders)
    {
        if (File.Exists(folder))
            throw CliException.Usage($"{shown}: is a file; --out names a folder");
        if (!Directory.Exists(folder) || Directory.EnumerateFileSystemEntries(folder).All(entry => Path.GetFileName(entry) == FileLock.FolderFile))
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

    // But for the lock, which goes last.
    static void Empty(string folder)
    {
        foreach (var child in Directory.EnumerateDirectories(folder))
            Directory.Delete(child, recursive: true);
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != FileLock.FolderFile))
            File.Delete(file);
    }

    static string Reason(Exception error) => error switch
    {
        UnauthorizedAccessException => "no permission",
        FileNotFoundException or DirectoryNotFoundException => "the system lets no folder be made there",
        _ => error.Message.Split('\n')[0].TrimEnd('.'),
    };
}
