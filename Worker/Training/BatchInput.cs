using System.Diagnostics;
using System.Runtime.InteropServices;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Models;
using static TorchSharp.torch;

namespace Convoy.Worker.Training;

/// <summary>Batches as tensors: bytes are written straight into tensor memory and normalised from there.</summary>
public sealed class BatchInput : IDisposable
{
    readonly Shape _shape;
    readonly SoftLabel[] _labels;
    readonly Tensor _bytes;
    readonly Tensor _classes;
    readonly Tensor _others;
    readonly Tensor _shares;
    long _waited;
    bool _mixed;

    /// <summary>Room for shares of up to <paramref name="capacity"/> pictures.</summary>
    public BatchInput(Shape shape, Preprocessing preprocessing, int capacity)
    {
        (_shape, Preprocessing, _labels) = (shape, preprocessing, new SoftLabel[capacity]);
        _bytes = zeros([capacity, shape.Count], ScalarType.Byte).DetachFromDisposeScope();
        _classes = zeros([capacity], ScalarType.Int64).DetachFromDisposeScope();
        _others = zeros([capacity], ScalarType.Int64).DetachFromDisposeScope();
        _shares = zeros([capacity], ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <summary>How bytes become numbers.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>Time spent in <see cref="Read"/> so far.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(0, _waited);

    /// <summary>Reads a share of a batch.</summary>
    public BatchShare Read(IBatchSource source, int epoch, int step)
    {
        var started = Stopwatch.GetTimestamp();
        var share = source.Read(epoch, step, _bytes.bytes, _labels);
        var classes = Numbers<long>(_classes);
        var others = Numbers<long>(_others);
        var shares = Numbers<float>(_shares);
        _mixed = false;
        for (var i = 0; i < share.Count; i++)
        {
            var label = _labels[i];
            (classes[i], others[i], shares[i]) = (label.Class, label.Other, label.OtherShare);
            _mixed |= label.OtherShare > 0;
        }
        _waited += Stopwatch.GetTimestamp() - started;
        return share;
    }

    static Span<T> Numbers<T>(Tensor tensor) where T : struct => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>The first <paramref name="count"/> pictures, float32: (n, channels, height, width) with channels last in memory.</summary>
    public Tensor Pictures(int count)
    {
        var numbers = Preprocessing.Apply(_bytes.narrow(0, 0, count));
        return _shape.IsImage
            ? numbers.view(count, _shape.Height, _shape.Width, _shape.Channels).permute(0, 3, 1, 2)
            : numbers;
    }

    /// <summary>Their targets.</summary>
    public Targets Targets(int count) => new(_classes.narrow(0, 0, count),
        _mixed ? new TargetMix(_others.narrow(0, 0, count), _shares.narrow(0, 0, count)) : null);

    /// <inheritdoc/>
    public void Dispose()
    {
        _bytes.Dispose();
        _classes.Dispose();
        _others.Dispose();
        _shares.Dispose();
    }
}
