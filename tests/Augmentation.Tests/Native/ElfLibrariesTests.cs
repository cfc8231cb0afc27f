using System.Diagnostics;
using Convoy.NativeLibraries;
using Convoy.Shared.Hosting;

namespace Convoy.Augmentation.Tests.Native;

/// <summary>On the OpenCV that this build loads, which is a Linux one on Linux only.</summary>
public sealed class ElfLibrariesTests
{
    static readonly string[] OfEverySystem = ["libc.so", "libm.so", "librt.so", "libdl.so", "libpthread.so", "libgcc_s.so", "libstdc++.so", "ld-linux"];

    static string Library()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF is Linux' format");
        OpenCv.Prepare();
        return Path.Combine(NativeFiles.Folder(typeof(OpenCv).Assembly, "libOpenCvSharpExtern.so", "CONVOY_OPENCV")!, "libOpenCvSharpExtern.so");
    }

    [Fact]
    public void OpenCV_needs_only_what_every_system_with_a_compilers_runtime_has()
    {
        var libraries = ElfLibraries.List(File.ReadAllBytes(Library()));
        Assert.All(libraries, name => Assert.Contains(OfEverySystem, name.StartsWith));
        Assert.Contains("libstdc++.so.6", libraries);
    }

    [Fact]
    public void Readelf_sees_the_same_libraries()
    {
        using var readelf = Process.Start(new ProcessStartInfo("readelf", ["-d", "-W", Library()]) { RedirectStandardOutput = true })!;
        var seen = readelf.StandardOutput.ReadToEnd().Split('\n').Where(line => line.Contains("(NEEDED)", StringComparison.Ordinal)).Select(line => line.Split('[', ']')[1]);
        Assert.Equal(seen, ElfLibraries.List(File.ReadAllBytes(Library())));
    }

    [Fact]
    public void The_library_that_is_loaded_has_brought_no_windows_into_the_process()
    {
        var library = Library();
        var loaded = File.ReadAllText("/proc/self/maps");
        Assert.Contains(library, loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("libgtk", loaded, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_dropped_is_gone_and_the_others_keep_their_order()
    {
        var image = File.ReadAllBytes(Library());
        var before = ElfLibraries.List(image);
        Assert.Equal(1, ElfLibraries.Drop(image, name => name == "libm.so.6"));
        Assert.Equal(before.Where(name => name != "libm.so.6"), ElfLibraries.List(image));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(5000)]
    public void A_file_that_is_not_ELF_or_is_cut_is_refused(int length)
    {
        var bytes = new byte[length];
        if (length > 64) File.ReadAllBytes(Library()).AsSpan(0, length).CopyTo(bytes);
        Assert.Throws<InvalidDataException>(() => ElfLibraries.Drop(bytes, _ => true));
    }
}
