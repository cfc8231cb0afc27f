using Convoy.NativeLibraries;

// NativeLibraries TARGET LIBTORCH_FOLDER TORCHSHARP_LIBRARY
// Makes TARGET the one folder the worker loads libtorch from: links to the package's libraries (600 MB stay where they are)
// and a copy of TorchSharp's own, fit for Linux systems with GCC 12's libstdc++.
if (args is not [var target, var libtorch, var torchSharp])
{
    Console.Error.WriteLine("usage: NativeLibraries TARGET LIBTORCH_FOLDER TORCHSHARP_LIBRARY");
    return 2;
}
try
{
    NativeFolder.Prepare(target, libtorch, torchSharp);
    return 0;
}
catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine($"NativeLibraries : error NATIVE001: {target}: {error.Message}");
    return 1;
}
