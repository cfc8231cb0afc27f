using System.Runtime.InteropServices;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Training;

/// <summary>Batches as tensors: bytes are written straight into tensor memory and normalised from there.</summary>
public sealed class BatchInput : IDisposable
{
    readonly Shape _shape;
    readonly double _rescale;
    readonly Tensor _bytes;
    readonly Tensor _labels;

    /// <summary>Room for shares of up to <paramref name="capacity"/> pictures.</summary>
    public BatchInput(Shape shape, double rescale, int capacity)
    {
        (_shape, _rescale) = (shape, rescale);
        _bytes = empty([capacity, shape.Count], ScalarType.Byte).DetachFromDisposeScope();
        _labels = empty([capacity], ScalarType.Int64).DetachFromDisposeScope();
    }

    /// <summary>Reads a share of a batch.</summary>
    public BatchShare Read(IBatchSource source, int epoch, int step) =>
        source.Read(epoch, step, _bytes.bytes, MemoryMarshal.Cast<byte, long>(_labels.bytes));

    /// <summary>The first <paramref name="count"/> pictures, float32: (n, channels, height, width) with channels last in memory.</summary>
    public Tensor Pictures(int count)
    {
        var numbers = _bytes.narrow(0, 0, count).to_type(ScalarType.Float32).mul_(_rescale);
        return _shape.IsImage
            ? numbers.view(count, _shape.Height, _shape.Width, _shape.Channels).permute(0, 3, 1, 2)
            : numbers;
    }

    /// <summary>Their labels, int64.</summary>
    public Tensor Labels(int count) => _labels.narrow(0, 0, count);

    /// <inheritdoc/>
    public void Dispose()
    {
        _bytes.Dispose();
        _labels.Dispose();
    }
}
