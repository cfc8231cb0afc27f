using Convoy.NativeLibraries;

// Makes TARGET a folder that a node loads native libraries from: libtorch's, linked from the package (600 MB stay where they are), or OpenCV's.
try
{
    switch (args)
    {
        case ["libtorch", var target, var libtorch, var torchSharp]: NativeFolder.PrepareLibTorch(target, libtorch, torchSharp); return 0;
        case ["opencv", var target, var openCv]: NativeFolder.PrepareOpenCv(target, openCv); return 0;
        default:
            Console.Error.WriteLine("usage: NativeLibraries libtorch TARGET LIBTORCH_FOLDER TORCHSHARP_LIBRARY | opencv TARGET OPENCV_LIBRARY");
            return 2;
    }
}
catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine($"NativeLibraries : error NATIVE001: {args[1]}: {error.Message}");
    return 1;
}
