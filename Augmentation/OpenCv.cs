using Convoy.Shared.Models;
using OpenCvSharp;

namespace Convoy.Augmentation;

/// <summary>OpenCV as this program uses it.</summary>
static class OpenCv
{
    // It writes warnings about damaged files to standard error by itself; here they are exceptions. And it would share one small picture
    // among threads, where many pictures are better done side by side.
    static OpenCv()
    {
        Cv2.SetLogLevel(LogLevel.SILENT);
        Cv2.SetNumThreads(1);
    }

    /// <summary>Sets OpenCV up, before its first use in this process.</summary>
    public static void Prepare() { }

    /// <summary>The type of a matrix that holds a picture's bytes.</summary>
    public static MatType TypeOf(Shape shape) => MatType.CV_8UC(shape.Channels);
}
