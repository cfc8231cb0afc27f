using System.Runtime.InteropServices;
using Convoy.Shared.Hosting;
using TorchSharp;
using static Convoy.Shared.Hosting.NativeFiles;

namespace Convoy.Worker.Native;

/// <summary>libtorch cannot be loaded. The message says from where, why, and what to do.</summary>
public sealed class LibTorchException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Loads libtorch from one folder: <c>CONVOY_LIBTORCH</c>, <c>native/</c> beside the program (a published one), or the build's.</summary>
public static unsafe class LibTorch
{
    static readonly Lock Gate = new();
    static bool _loaded;

    /// <summary>The folder that <see cref="Load"/> used; null where the packages' own search found it.</summary>
    public static string? Folder { get; private set; }

    /// <summary>Loads it, once; must come before the first use of TorchSharp.</summary>
    /// <exception cref="LibTorchException">It cannot be loaded.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_loaded) return;
            Folder = NativeFiles.Folder(typeof(LibTorch).Assembly, FileName("LibTorchSharp"), "CONVOY_LIBTORCH");
            try
            {
                if (Folder is not null) LoadFrom(Folder);
                torch.InitializeDeviceType(DeviceType.CPU);
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException or NotSupportedException or TypeInitializationException or EntryPointNotFoundException)
            {
                throw new LibTorchException($"libtorch does not load from {Folder ?? AppContext.BaseDirectory}: {FirstLine(error)}; build again (dotnet build), or name a folder with libtorch {Version} and {FileName("LibTorchSharp")} in CONVOY_LIBTORCH", error);
            }
            _loaded = true;
        }
    }

    /// <summary>The version of libtorch that this build is made for.</summary>
    public const string Version = "2.10";

    /// <summary>The version of its .NET binding.</summary>
    public static string TorchSharpVersion => typeof(torch).Assembly.GetName().Version!.ToString(3);

    // Loaded by full path first; TorchSharp's own look-ups by name then find what is already in the process.
    static void LoadFrom(string folder)
    {
        string[] order = File.Exists(Path.Combine(folder, FileName("torch_cuda")))
            ? ["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch", "LibTorchSharp"]
            : ["c10", "torch_cpu", "torch", "LibTorchSharp"];
        var loaded = order.ToDictionary(name => name, name => NativeLibrary.Load(Path.Combine(folder, FileName(name))));
        DisableNnpack(loaded["torch_cpu"]);
        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) =>
            name == "LibTorchSharp" ? NativeLibrary.Load(Path.Combine(folder, FileName(name))) : 0);
    }

    // NNPACK is a backend for phones: on processors it does not know, libtorch warns on standard error at every small convolution.
    // TorchSharp has no switch for it, so it is turned off where libtorch keeps it: at::globalContext().setUserEnabledNNPACK(false).
    static void DisableNnpack(nint torchCpu)
    {
        if (!NativeLibrary.TryGetExport(torchCpu, "_ZN2at13globalContextEv", out var globalContext)
            || !NativeLibrary.TryGetExport(torchCpu, "_ZN2at7Context20setUserEnabledNNPACKEb", out var setEnabled)) return;
        ((delegate* unmanaged<nint, byte, void>)setEnabled)(((delegate* unmanaged<nint>)globalContext)(), 0);
    }

    static string FirstLine(Exception error) => (error.InnerException ?? error).Message.Split('\n')[0].Trim();
}
