using System.Runtime.InteropServices;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Models;
using Convoy.Worker.Devices;
using static TorchSharp.torch;

namespace Convoy.Worker.Training;

/// <summary>Batches as tensors: samples are written straight into tensor memory, and pictures, which are bytes, normalised from there.</summary>
public sealed class BatchInput : IDisposable
{
    readonly Shape _shape;
    readonly Placement _placement;
    readonly SoftLabel[] _labels;
    readonly Tensor _samples;
    readonly Tensor _classes;
    readonly Tensor _others;
    readonly Tensor _shares;
    bool _mixed;

    /// <summary>Room for shares of up to <paramref name="capacity"/> samples: pictures, or without a <paramref name="preprocessing"/> features of a base, numbers as they are.</summary>
    public BatchInput(Shape shape, Preprocessing? preprocessing, int capacity, Placement? placement = null)
    {
        (_shape, Preprocessing, _labels, _placement) = (shape, preprocessing, new SoftLabel[capacity], placement ?? Placement.Cpu);
        _samples = Room([capacity, shape.Count], AreFeatures ? ScalarType.Float32 : ScalarType.Byte);
        _classes = Room([capacity], ScalarType.Int64);
        _others = Room([capacity], ScalarType.Int64);
        _shares = Room([capacity], ScalarType.Float32);
    }

    Tensor Room(long[] shape, ScalarType type) => _placement.HostZeros(shape, type).DetachFromDisposeScope();

    /// <summary>How bytes become numbers; null for features.</summary>
    public Preprocessing? Preprocessing { get; }

    /// <summary>Whether the samples are what a model's base has made of pictures.</summary>
    public bool AreFeatures => Preprocessing is null;

    /// <summary>The target of a sample of the share read last.</summary>
    public SoftLabel LabelOf(int index) => _labels[index];

    /// <summary>A picture of the share read last, height x width x channel; a copy.</summary>
    public byte[] PictureOf(int index) => [.. _samples.bytes.Slice(checked((int)(index * _shape.Count)), checked((int)_shape.Count))];

    /// <summary>Reads a share of a batch.</summary>
    public BatchShare Read(IBatchSource source, int epoch, int step)
    {
        var share = source.Read(epoch, step, _samples.bytes, _labels);
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
        return share;
    }

    static Span<T> Numbers<T>(Tensor tensor) where T : struct => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>The first <paramref name="count"/> samples, float32: (n, channels, height, width) with channels last in memory, or (n, units).</summary>
    public Tensor Samples(int count)
    {
        var stored = First(_samples, count); // as bytes, of which there are fewest
        return Preprocessing.Arrange(Preprocessing?.Apply(stored) ?? stored, _shape);
    }

    /// <summary>Their targets.</summary>
    public Targets Targets(int count) => new(First(_classes, count), _mixed ? new TargetMix(First(_others, count), First(_shares, count)) : null);

    Tensor First(Tensor host, int count) => _placement.ToDevice(host.narrow(0, 0, count));

    /// <inheritdoc/>
    public void Dispose()
    {
        _samples.Dispose();
        _classes.Dispose();
        _others.Dispose();
        _shares.Dispose();
    }
}
