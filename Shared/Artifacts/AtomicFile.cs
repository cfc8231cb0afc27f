namespace Convoy.Shared.Artifacts;

/// <summary>Small files that are there whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes text beside its place and renames it.</summary>
    public static void WriteText(string path, string text) => Write(path, file => { using var writer = new StreamWriter(file); writer.Write(text); });

    /// <summary>Writes a file beside its place and renames it.</summary>
    public static void Write(string path, Action<Stream> content)
    {
        var partial = path + ".partial";
        using (var file = File.Create(partial))
            content(file);
        File.Move(partial, path, overwrite: true);
    }
}
