namespace Convoy.NativeLibraries;

/// <summary>The folder of native libraries that a build loads from.</summary>
public static class NativeFolder
{
    /// <summary>TorchSharp 0.107's library asks for this because of <c>std::ios_base_library_init</c>, which nothing in it calls.</summary>
    const string UncalledVersion = "GLIBCXX_3.4.32";

    static readonly string[] TestAndPython = ["libtorch_python", "libaoti_custom_ops", "libbackend_with_compiler", "libjitbackend_test", "libtorchbind_test", "libnnapi_backend"];

    /// <summary>Fills <paramref name="target"/>; doing it again gives the same.</summary>
    public static void Prepare(string target, string libtorch, string torchSharp)
    {
        Directory.CreateDirectory(target);
        foreach (var library in Directory.EnumerateFiles(libtorch).Where(IsNeeded))
            Place(Path.Combine(target, Path.GetFileName(library)), path => LinkOrCopy(library, path));
        Place(Path.Combine(target, Path.GetFileName(torchSharp)), path => CopyRunnable(torchSharp, path));
    }

    static bool IsNeeded(string library) => !TestAndPython.Any(Path.GetFileName(library)!.StartsWith);

    static void LinkOrCopy(string library, string path)
    {
        if (OperatingSystem.IsWindows()) File.Copy(library, path);
        else File.CreateSymbolicLink(path, library);
    }

    static void CopyRunnable(string library, string path)
    {
        var image = File.ReadAllBytes(library);
        if (library.EndsWith(".so", StringComparison.Ordinal)) ElfVersionNeeds.MarkWeak(image, UncalledVersion);
        File.WriteAllBytes(path, image);
    }

    static void Place(string path, Action<string> create)
    {
        var fresh = $"{path}.{Environment.ProcessId}";
        create(fresh);
        File.Move(fresh, path, overwrite: true);
    }
}
