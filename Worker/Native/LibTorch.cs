using System.Runtime.InteropServices;
using Convoy.Shared.Hosting;
using TorchSharp;
using static Convoy.Shared.Hosting.NativeFiles;

namespace Convoy.Worker.Native;

/// <summary>libtorch cannot be loaded. The message says from where, why, and what to do.</summary>
public sealed class LibTorchException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Loads libtorch from one folder: <c>CONVOY_LIBTORCH</c>, <c>native/</c> beside the program (a published one), or the build's.
/// Its .NET binding may be missing in the first, as in PyTorch's own folder: then it is the program's.</summary>
public static unsafe class LibTorch
{
    static readonly Lock Gate = new();
    static bool _loaded;
    static IReadOnlyDictionary<string, nint> _libraries = new Dictionary<string, nint>();

    /// <summary>The folder that <see cref="Load"/> used; null where the packages' own search found it.</summary>
    public static string? Folder { get; private set; }

    /// <summary>How many of NVIDIA's GPUs it can use.</summary>
    public static int CudaDevices { get; private set; }

    /// <summary>Why it can use none, where it cannot.</summary>
    public static string WhyNoCuda { get; private set; } = "libtorch is not loaded";

    /// <summary>Loads it, once; must come before the first use of TorchSharp.</summary>
    /// <exception cref="LibTorchException">It cannot be loaded.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_loaded) return;
            Kernels.Choose();
            Folder = Find();
            try
            {
                if (Folder is not null) LoadFrom(Folder);
                torch.InitializeDeviceType(DeviceType.CPU);
                LookForGpus();
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException or NotSupportedException or TypeInitializationException or EntryPointNotFoundException)
            {
                throw new LibTorchException($"libtorch does not load from {Folder ?? AppContext.BaseDirectory}: {FirstLine(error)}; build again (dotnet build), or name a folder with libtorch {Version} in CONVOY_LIBTORCH", error);
            }
            _loaded = true;
        }
    }

    /// <summary>The version of libtorch that this build is made for.</summary>
    public const string Version = "2.10";

    /// <summary>The version of its .NET binding.</summary>
    public static string TorchSharpVersion => typeof(torch).Assembly.GetName().Version!.ToString(3);

    // Only where its libraries are there: TorchSharp would look for them all over the machine.
    static void LookForGpus()
    {
        if (!HasCuda)
        {
            WhyNoCuda = "this libtorch is built without CUDA (build with -p:Accelerator=cuda, or name a folder with one in CONVOY_LIBTORCH)";
            return;
        }
        try
        {
            CudaDevices = torch.TryInitializeDeviceType(DeviceType.CUDA) && torch.cuda.is_available() ? torch.cuda.device_count() : 0;
            WhyNoCuda = "libtorch finds no NVIDIA driver, or no GPU that it supports";
        }
        catch (Exception error) when (error is ExternalException or NotSupportedException or DllNotFoundException or InvalidOperationException)
        {
            WhyNoCuda = FirstLine(error);
        }
    }

    /// <summary>Whether this build of it computes on NVIDIA's GPUs, where there are any.</summary>
    public static bool HasCuda => Find() is { } folder ? File.Exists(Path.Combine(folder, FileName("torch_cuda")))
        : Directory.EnumerateFiles(AppContext.BaseDirectory, FileName("torch_cuda"), SearchOption.AllDirectories).Any();

    const string Binding = "LibTorchSharp";

    /// <summary>A function of CUDA's runtime, as libtorch has loaded it; 0 where it has not.</summary>
    internal static nint CudaFunction(string name) =>
        _libraries.TryGetValue("c10_cuda", out var library) && NativeLibrary.TryGetExport(library, name, out var function) ? function : 0;

    const string Variable = "CONVOY_LIBTORCH";

    /// <summary>The folder that the environment names instead of the program's own.</summary>
    public static string? Override => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;

    static string? Find() => NativeFiles.Folder(typeof(LibTorch).Assembly, FileName(Binding), Variable);

    static string BindingFolder(string libtorch) =>
        File.Exists(Path.Combine(libtorch, FileName(Binding))) ? libtorch : NativeFiles.Folder(typeof(LibTorch).Assembly, FileName(Binding)) ?? libtorch;

    // Loaded by full path first; TorchSharp's own look-ups by name then find what is already in the process.
    static void LoadFrom(string folder)
    {
        string[] order = File.Exists(Path.Combine(folder, FileName("torch_cuda")))
            ? ["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch", Binding]
            : ["c10", "torch_cpu", "torch", Binding];
        var loaded = _libraries = order.ToDictionary(name => name, name => NativeLibrary.Load(Path.Combine(name == Binding ? BindingFolder(folder) : folder, FileName(name))));
        SetSwitches(loaded["torch_cpu"]);
        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) => name == Binding ? loaded[Binding] : 0);
    }

    // TorchSharp has no switch for these, so they are set where libtorch keeps them, in at::globalContext().
    static void SetSwitches(nint torchCpu)
    {
        if (!NativeLibrary.TryGetExport(torchCpu, "_ZN2at13globalContextEv", out var globalContext)) return;
        // A backend for phones: on processors it does not know, libtorch warns on standard error at every small convolution.
        Set("_ZN2at7Context20setUserEnabledNNPACKEb", 0);
        // On GPUs convolutions give the same bits every time.
        Set("_ZN2at7Context21setDeterministicCuDNNEb", 1);

        void Set(string method, byte value)
        {
            if (NativeLibrary.TryGetExport(torchCpu, method, out var set))
                ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)globalContext)(), value);
        }
    }

    static string FirstLine(Exception error) => (error.InnerException ?? error).Message.Split('\n')[0].Trim();
}
