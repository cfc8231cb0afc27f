using System.Runtime.InteropServices;

namespace Convoy.Worker.Native;

/// <summary>Memory for tensors on Linux. glibc's defaults give large blocks back to the kernel after every use, and each step then
/// spends most of its time in page faults. Preloading jemalloc (the launcher and the images do) cures it; glibc's knobs do too,
/// as long as they are turned before other threads own arenas. <c>CONVOY_MALLOC</c>: <c>auto</c> (default), <c>jemalloc</c>
/// (launcher only), <c>glibc</c>, <c>system</c> (leave everything as it is).</summary>
public static partial class Allocator
{
    const int ArenaMax = -8, MmapMax = -4, TrimThreshold = -1, TopPad = -2;

    /// <summary>What allocates: <c>jemalloc</c>, <c>glibc (tuned)</c> or <c>system</c>.</summary>
    public static string Name { get; private set; } = "system";

    /// <summary>Turns glibc's knobs unless another allocator is there or wanted. To be called first in Main.</summary>
    public static void Tune()
    {
        var wish = Environment.GetEnvironmentVariable("CONVOY_MALLOC") ?? "auto";
        if (!OperatingSystem.IsLinux() || wish == "system") return;
        if (Environment.GetEnvironmentVariable("LD_PRELOAD")?.Contains("jemalloc", StringComparison.Ordinal) == true)
        {
            Name = "jemalloc";
            return;
        }
        Name = "glibc (tuned)";
        Set(ArenaMax, 1);                 // one arena: replicas' threads share what is free
        Set(MmapMax, 0);                  // large blocks from the heap, not from mmap
        Set(TrimThreshold, 2_000_000_000); // keep what is free
        Set(TopPad, 268_435_456);         // grow in large steps
    }

    static void Set(int parameter, int value) => _ = Mallopt(parameter, value);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
