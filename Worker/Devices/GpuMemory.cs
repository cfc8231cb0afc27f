using Convoy.Worker.Native;

namespace Convoy.Worker.Devices;

/// <summary>How much of a GPU's memory is in use, by this process or another: CUDA's <c>cudaMemGetInfo</c>, since TorchSharp tells nothing of libtorch's allocator.</summary>
public static unsafe class GpuMemory
{
    /// <summary>Bytes in use and in all; null where CUDA is not loaded or does not tell.</summary>
    public static (long Used, long Total)? Of(int gpu)
    {
        var (select, measure) = (LibTorch.CudaFunction("cudaSetDevice"), LibTorch.CudaFunction("cudaMemGetInfo"));
        if (select == 0 || measure == 0) return null;
        nuint free = 0, total = 0;
        // The device is the calling thread's own.
        return ((delegate* unmanaged<int, int>)select)(gpu) == 0 && ((delegate* unmanaged<nuint*, nuint*, int>)measure)(&free, &total) == 0 ? ((long)(total - free), (long)total) : null;
    }
}
