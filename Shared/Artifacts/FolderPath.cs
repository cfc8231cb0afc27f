namespace Convoy.Shared.Artifacts;

/// <summary>Paths, by their text: links are not followed.</summary>
public static class FolderPath
{
    /// <summary>Whether an absolute path leads to something below an absolute folder.</summary>
    public static bool IsBelow(string folder, string path) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
