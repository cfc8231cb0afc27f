namespace Convoy.NativeLibraries;

/// <summary>The folders of native libraries that a build loads from.</summary>
public static class NativeFolder
{
    /// <summary>TorchSharp 0.107's library asks for this because of <c>std::ios_base_library_init</c>, which nothing in it calls.</summary>
    const string UncalledVersion = "GLIBCXX_3.4.32";

    static readonly string[] TestAndPython = ["libtorch_python", "libaoti_custom_ops", "libbackend_with_compiler", "libjitbackend_test", "libtorchbind_test", "libnnapi_backend"];

    /// <summary>What OpenCV opens windows, draws on them and talks to video cards with, and a server has not; libatomic it names and does not use.</summary>
    static readonly string[] Windowing =
        ["libgtk", "libgdk", "libpango", "libatk", "libcairo", "libgio", "libgobject", "libglib", "libfreetype", "libharfbuzz", "libdrm", "libX11", "libatomic"];

    /// <summary>Fills <paramref name="target"/> with links to libtorch's libraries and TorchSharp's own, fit for systems with GCC 12's
    /// libstdc++; doing it again gives the same.</summary>
    public static void PrepareLibTorch(string target, string libtorch, string torchSharp)
    {
        Directory.CreateDirectory(target);
        foreach (var library in Directory.EnumerateFiles(libtorch).Where(IsNeeded))
            Place(Path.Combine(target, Path.GetFileName(library)), path => LinkOrCopy(library, path));
        PlaceChanged(target, torchSharp, image => ElfVersionNeeds.MarkWeak(image, UncalledVersion));
    }

    /// <summary>Fills <paramref name="target"/> with OpenCV, fit for systems without windows; doing it again gives the same.</summary>
    public static void PrepareOpenCv(string target, string openCv)
    {
        Directory.CreateDirectory(target);
        PlaceChanged(target, openCv, image => ElfLibraries.Drop(image, name => Windowing.Any(name.StartsWith)));
    }

    static bool IsNeeded(string library) => !TestAndPython.Any(Path.GetFileName(library)!.StartsWith);

    static void LinkOrCopy(string library, string path)
    {
        if (OperatingSystem.IsWindows()) File.Copy(library, path);
        else File.CreateSymbolicLink(path, library);
    }

    static void PlaceChanged(string target, string library, Action<byte[]> changeElf)
    {
        var image = File.ReadAllBytes(library);
        if (library.EndsWith(".so", StringComparison.Ordinal)) changeElf(image);
        Place(Path.Combine(target, Path.GetFileName(library)), path => File.WriteAllBytes(path, image));
    }

    static void Place(string path, Action<string> create)
    {
        var fresh = $"{path}.{Environment.ProcessId}";
        create(fresh);
        File.Move(fresh, path, overwrite: true);
    }
}
