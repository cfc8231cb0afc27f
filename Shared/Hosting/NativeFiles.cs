using System.Reflection;

namespace Convoy.Shared.Hosting;

/// <summary>Where native libraries lie: where a variable of the environment says, in <c>native/</c> beside a published program, or where the build put them.</summary>
public static class NativeFiles
{
    /// <summary>The first folder that holds <paramref name="file"/>, or whatever <paramref name="variable"/> names; null where there is none.</summary>
    /// <param name="owner">The assembly whose build put them somewhere (its metadata <c>NativeFolder</c>).</param>
    /// <param name="file">A file that the folder must have.</param>
    /// <param name="variable">The variable that overrides.</param>
    public static string? Folder(Assembly owner, string file, string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } wanted ? wanted : Folder(owner, file);

    /// <summary>The same, whatever the environment says.</summary>
    public static string? Folder(Assembly owner, string file) => Candidates(owner).FirstOrDefault(folder => folder is not null && File.Exists(Path.Combine(folder, file)));

    /// <summary>What this system calls a library's file.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    static IEnumerable<string?> Candidates(Assembly owner) =>
    [
        Path.Combine(AppContext.BaseDirectory, "native"),
        owner.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == "NativeFolder")?.Value,
    ];
}
