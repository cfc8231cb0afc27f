using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Convoy.Worker.Native;

/// <summary>Which kernels oneDNN may use. Some virtual machines hide the sizes of their processor's caches; oneDNN then takes each for one byte, and its
/// blocked kernels (AVX2 and up) divide by zero or give wrong numbers. There it is held to AVX, whose kernels need no sizes.
/// <c>ONEDNN_MAX_CPU_ISA</c>, where it is set, is left as it is.</summary>
public static partial class Kernels
{
    const string Variable = "ONEDNN_MAX_CPU_ISA";
    const int IntelCaches = 4, AmdCaches = unchecked((int)0x8000001D), Extended = unchecked((int)0x80000000);

    /// <summary>Answers CPUID: a leaf and a subleaf give four registers.</summary>
    public delegate (int Eax, int Ebx, int Ecx, int Edx) CpuId(int leaf, int subleaf);

    /// <summary>Holds oneDNN to kernels that are right on this processor. To be called before libtorch is loaded.</summary>
    public static void Choose()
    {
        if (!X86Base.IsSupported || OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(Variable) is not null || TellsCaches(X86Base.CpuId)) return;
        _ = SetEnvironment(Variable, "AVX", overwrite: 1); // .NET's own does not reach native code
    }

    /// <summary>Whether a processor says how large its caches are, in Intel's way or in AMD's.</summary>
    public static bool TellsCaches(CpuId cpuId) => Tells(cpuId, leaf: IntelCaches, first: 0) || Tells(cpuId, leaf: AmdCaches, first: Extended);

    // The lowest five bits are the kind of cache, 0 for none. Leaves beyond the last answer something else.
    static bool Tells(CpuId cpuId, int leaf, int first) => (uint)cpuId(first, 0).Eax >= (uint)leaf && (cpuId(leaf, 0).Eax & 31) != 0;

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
