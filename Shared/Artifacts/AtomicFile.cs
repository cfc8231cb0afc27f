using System.Text.RegularExpressions;

namespace Convoy.Shared.Artifacts;

/// <summary>Small files that are there whole or not at all: written beside their place under a name of their own each time, and renamed.
/// A symbolic link is followed, not replaced. Whoever writes keeps that file locked, so that what a killed process has left is told from what somebody writes just now.</summary>
public static partial class AtomicFile
{
    const string Ending = ".partial";

    /// <summary>Writes text.</summary>
    public static void WriteText(string path, string text) => Write(path, file => WriteText(file, text));

    /// <summary>Writes text that only the owner of the file may read, where the system knows owners.</summary>
    public static void WritePrivate(string path, string text) => Write(path, file => WriteText(file, text), UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>Writes a file; where that fails, nothing is left.</summary>
    public static void Write(string path, Action<Stream> content) => Write(path, content, mode: null);

    /// <summary>A name beside a file's place that nobody else has.</summary>
    public static string PartialOf(string path) => $"{path}.{Guid.NewGuid().ToString("N")[..12]}{Ending}";

    /// <summary>Removes what killed processes have left of a file.</summary>
    public static void RemoveAbandoned(string path)
    {
        var beside = Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, $"{Path.GetFileName(path)}.*{Ending}");
        foreach (var partial in beside.Where(file => OwnName().IsMatch(Path.GetFileName(file).AsSpan(Path.GetFileName(path).Length))))
        {
            try
            {
                using (new FileStream(partial, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { }
                File.Delete(partial);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Somebody writes it, or it is somebody else's.
            }
        }
    }

    /// <summary>When what is at a path was written, in UTC. Through links: files of a Kubernetes secret are some, whose own times stay when what they lead to is replaced.</summary>
    public static DateTime WrittenAt(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? target.LastWriteTimeUtc : File.GetLastWriteTimeUtc(path);

    static void Write(string path, Action<Stream> content, UnixFileMode? mode)
    {
        if (new FileInfo(path).LinkTarget is not null) path = File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        RemoveAbandoned(path);
        var partial = PartialOf(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        try
        {
            using var file = new FileStream(partial, options);
            content(file);
            if (file.CanWrite) file.Flush();
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    // A download that was broken off is called otherwise, and kept.
    [GeneratedRegex(@"^\.[0-9a-f]{12,32}\.partial$")]
    private static partial Regex OwnName();

    static void WriteText(Stream file, string text)
    {
        using var writer = new StreamWriter(file, leaveOpen: true);
        writer.Write(text);
    }
}
