using System.Diagnostics;
using Convoy.NativeLibraries;
using Convoy.Worker.Native;

namespace Convoy.Worker.Tests.Native;

/// <summary>On the library that this build loads, which is a Linux one on Linux only.</summary>
public sealed class ElfVersionNeedsTests
{
    const string Version = "GLIBCXX_3.4.32";

    static string Library()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF is Linux' format");
        LibTorch.Load();
        return Path.Combine(LibTorch.Folder!, "libLibTorchSharp.so");
    }

    [Fact]
    public void The_library_that_is_loaded_needs_the_version_only_weakly()
    {
        var needs = ElfVersionNeeds.List(File.ReadAllBytes(Library()));
        Assert.Contains((Version, true), needs);
        Assert.Contains(("GLIBCXX_3.4.11", false), needs);
    }

    [Fact]
    public void Readelf_sees_the_same()
    {
        using var readelf = Process.Start(new ProcessStartInfo("readelf", ["-V", "-W", Library()]) { RedirectStandardOutput = true })!;
        var line = readelf.StandardOutput.ReadToEnd().Split('\n').Single(text => text.Contains($"Name: {Version}", StringComparison.Ordinal));
        Assert.Contains("Flags: WEAK", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_flag_changes_and_marking_again_changes_nothing()
    {
        var marked = File.ReadAllBytes(Library());
        Assert.False(ElfVersionNeeds.MarkWeak(marked, Version));
        var strong = ElfVersionNeeds.List(marked).First(need => !need.Weak).Version;
        var again = (byte[])marked.Clone();
        Assert.True(ElfVersionNeeds.MarkWeak(again, strong));
        Assert.InRange(marked.Zip(again).Count(pair => pair.Item1 != pair.Item2), 1, 8);
        Assert.False(ElfVersionNeeds.MarkWeak(again, "NOT_A_VERSION"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(5000)]
    public void A_file_that_is_not_ELF_or_is_cut_is_refused(int length)
    {
        var bytes = new byte[length];
        if (length > 64) File.ReadAllBytes(Library()).AsSpan(0, length).CopyTo(bytes);
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MarkWeak(bytes, Version));
    }
}
