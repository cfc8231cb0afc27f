using System.Runtime.InteropServices;
using Convoy.Shared.Hosting;
using Convoy.Shared.Models;
using OpenCvSharp;

namespace Convoy.Augmentation;

/// <summary>OpenCV as this program uses it: one thread a picture, damaged files are exceptions, and its library is the build's, which asks for no windows.</summary>
public static class OpenCv
{
    const string Library = "OpenCvSharpExtern";

    // It writes warnings about damaged files to standard error by itself; here they are exceptions. And it would share one small picture
    // among threads, where many pictures are better done side by side.
    static OpenCv()
    {
        LoadFromItsFolder();
        Cv2.SetLogLevel(LogLevel.SILENT);
        Cv2.SetNumThreads(1);
    }

    /// <summary>Sets OpenCV up, before its first use in this process.</summary>
    public static void Prepare() { }

    // Where there is no such folder the package's own search finds it.
    static void LoadFromItsFolder()
    {
        var file = NativeFiles.FileName(Library);
        if (NativeFiles.Folder(typeof(OpenCv).Assembly, file, "CONVOY_OPENCV") is not { } folder) return;
        NativeLibrary.SetDllImportResolver(typeof(Cv2).Assembly, (name, _, _) => name == Library ? NativeLibrary.Load(Path.Combine(folder, file)) : 0);
    }

    /// <summary>The type of a matrix that holds a picture's bytes.</summary>
    internal static MatType TypeOf(Shape shape) => MatType.CV_8UC(shape.Channels);
}
