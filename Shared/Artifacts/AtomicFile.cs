namespace Convoy.Shared.Artifacts;

/// <summary>Small files that are there whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes text beside its place and renames it.</summary>
    public static void WriteText(string path, string text) => Write(path, file => { using var writer = new StreamWriter(file); writer.Write(text); });

    /// <summary>The same with text that only the owner of the file may read, where the system knows owners.</summary>
    public static void WritePrivate(string path, string text)
    {
        var partial = path + ".partial";
        File.Delete(partial); // an old one would keep its mode
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(partial, options)) writer.Write(text);
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>When what is at a path was written, in UTC. Through links: files of a Kubernetes secret are some, whose own times stay when what they lead to is replaced.</summary>
    public static DateTime WrittenAt(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? target.LastWriteTimeUtc : File.GetLastWriteTimeUtc(path);

    /// <summary>Writes a file beside its place and renames it.</summary>
    public static void Write(string path, Action<Stream> content)
    {
        var partial = path + ".partial";
        using (var file = File.Create(partial))
            content(file);
        File.Move(partial, path, overwrite: true);
    }
}
