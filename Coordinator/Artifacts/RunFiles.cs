using Convoy.Shared.Hosting;

namespace Convoy.Coordinator.Artifacts;

/// <summary>A file of a run folder.</summary>
/// <param name="Name">Its path within the folder, with <c>/</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Modified">When it was written.</param>
public sealed record RunFile(string Name, long Bytes, DateTimeOffset Modified);

/// <summary>The results in a run folder, by name.</summary>
public sealed record RunFileList(IReadOnlyList<RunFile> Files);

/// <summary>The files of a run folder that may be read from outside. Links are not followed and no path leaves the folder.</summary>
public static class RunFiles
{
    const int Deepest = 3, Most = 2000;

    static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".csv"] = "text/csv; charset=utf-8",
        [".h5"] = "application/octet-stream",
        [".json"] = "application/json",
        [".onnx"] = "application/octet-stream",
        [".png"] = "image/png",
        [".safetensors"] = "application/octet-stream",
        [".yaml"] = "text/yaml; charset=utf-8",
    };

    /// <summary>Those of a folder, by name; none where it is not there. Trials and checkpoints are left out.</summary>
    public static IReadOnlyList<RunFile> List(string folder) =>
        Directory.Exists(folder) ? [.. Of(new DirectoryInfo(folder), "", Deepest).Take(Most).OrderBy(file => file.Name, StringComparer.Ordinal)] : [];

    /// <summary>Where a file lies and what it is; null where there is none that may be read.</summary>
    /// <param name="folder">The run folder, absolute.</param>
    /// <param name="name">As in the list.</param>
    public static (string Path, string Type)? Find(string folder, string name)
    {
        var steps = name.Split('/');
        if (steps.Length > Deepest + 1 || steps.Any(step => step is "" or "." or ".." || step.AsSpan().ContainsAny('\\', '\0')) || !Types.TryGetValue(Path.GetExtension(name), out var type)) return null;
        var path = folder;
        foreach (var (index, step) in steps.Index())
        {
            path = Path.Combine(path, step);
            FileSystemInfo entry = index == steps.Length - 1 ? new FileInfo(path) : new DirectoryInfo(path);
            if (!entry.Exists || IsLink(entry)) return null;
        }
        return (path, type);
    }

    /// <summary>The spec of a run folder.</summary>
    /// <param name="folder">The folder, absolute.</param>
    /// <param name="whose">What it is called in an error.</param>
    /// <exception cref="UnknownJobException">It has none.</exception>
    public static string Spec(string folder, string whose) =>
        Path.Combine(folder, "spec.yaml") is var file && File.Exists(file) ? file : throw new UnknownJobException($"{whose} has no spec");

    static IEnumerable<RunFile> Of(DirectoryInfo folder, string prefix, int deeper)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => !IsLink(entry)))
        {
            if (entry is FileInfo file && Types.ContainsKey(file.Extension)) yield return new(prefix + file.Name, file.Length, file.LastWriteTimeUtc);
            else if (entry is DirectoryInfo { Name: not ("checkpoints" or "trials") } inner && deeper > 0)
                foreach (var found in Of(inner, $"{prefix}{inner.Name}/", deeper - 1)) yield return found;
        }
    }

    static bool IsLink(FileSystemInfo entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
