using Convoy.Augmentation.Streaming;
using Convoy.Shared.Models;
using Convoy.Worker.Devices;
using static TorchSharp.torch;

namespace Convoy.Worker.Training;

/// <summary>Batches as tensors: samples are written straight into tensor memory, and pictures, which are bytes, normalised from there.
/// Where a device computes while the host is free, the next share is read meanwhile.</summary>
public sealed class BatchInput : IDisposable
{
    readonly Shape _shape;
    readonly Placement _placement;
    readonly BatchReader? _ahead;
    BatchRoom _room;

    /// <summary>Room for shares of up to <paramref name="capacity"/> samples: pictures, or without a <paramref name="preprocessing"/> features of a base, numbers as they are.</summary>
    public BatchInput(Shape shape, Preprocessing? preprocessing, int capacity, Placement? placement = null)
    {
        (_shape, Preprocessing, _placement) = (shape, preprocessing, placement ?? Placement.Cpu);
        _room = Room(capacity);
        if (_placement.IsStaged) _ahead = new BatchReader(Room(capacity));
    }

    BatchRoom Room(int capacity) => new(capacity, _shape.Count, AreFeatures ? ScalarType.Float32 : ScalarType.Byte, _placement);

    /// <summary>How bytes become numbers; null for features.</summary>
    public Preprocessing? Preprocessing { get; }

    /// <summary>Whether the samples are what a model's base has made of pictures.</summary>
    public bool AreFeatures => Preprocessing is null;

    /// <summary>The target of a sample of the share read last.</summary>
    public SoftLabel LabelOf(int index) => _room.Labels[index];

    /// <summary>A picture of the share read last, height x width x channel; a copy.</summary>
    public byte[] PictureOf(int index) => [.. _room.Samples.bytes.Slice(checked((int)(index * _shape.Count)), checked((int)_shape.Count))];

    /// <summary>Reads a share of a batch. What came of the share before it must have been read from the device, which may still be copying it otherwise.</summary>
    public BatchShare Read(IBatchSource source, int epoch, int step)
    {
        var wanted = new BatchPlace(source, epoch, step);
        if (_ahead is null) return _room.Fill(wanted);
        var share = _ahead.Take(wanted, ref _room);
        if (step + 1 < source.Layout.StepsPerEpoch) _ahead.Begin(wanted with { Step = step + 1 });
        return share;
    }

    /// <summary>The first <paramref name="count"/> samples, float32: (n, channels, height, width) with channels last in memory, or (n, units).</summary>
    public Tensor Samples(int count)
    {
        var stored = First(_room.Samples, count); // as bytes, of which there are fewest
        return Preprocessing.Arrange(Preprocessing?.Apply(stored) ?? stored, _shape);
    }

    /// <summary>Their targets.</summary>
    public Targets Targets(int count) => new(First(_room.Classes, count), _room.IsMixed ? new TargetMix(First(_room.Others, count), First(_room.Shares, count)) : null);

    Tensor First(Tensor host, int count) => _placement.ToDevice(host.narrow(0, 0, count));

    /// <inheritdoc/>
    public void Dispose()
    {
        _ahead?.Dispose();
        _room.Dispose();
    }
}
