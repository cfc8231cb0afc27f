using System.Runtime.InteropServices;
using Convoy.Augmentation.Streaming;
using Convoy.Worker.Devices;
using static TorchSharp.torch;

namespace Convoy.Worker.Training;

/// <summary>A share of a batch that can be read: of which source, epoch and step.</summary>
internal readonly record struct BatchPlace(IBatchSource Source, int Epoch, int Step);

/// <summary>The host's tensors that a share is read into.</summary>
internal sealed class BatchRoom(int capacity, long sampleSize, ScalarType type, Placement placement) : IDisposable
{
    /// <summary>(capacity, sample size).</summary>
    public Tensor Samples { get; } = Kept(placement, [capacity, sampleSize], type);
    /// <summary>Every sample's class, int64.</summary>
    public Tensor Classes { get; } = Kept(placement, [capacity], ScalarType.Int64);
    /// <summary>The class mixed into it, int64.</summary>
    public Tensor Others { get; } = Kept(placement, [capacity], ScalarType.Int64);
    /// <summary>How much of that, float32.</summary>
    public Tensor Shares { get; } = Kept(placement, [capacity], ScalarType.Float32);
    /// <summary>The same as they were read.</summary>
    public SoftLabel[] Labels { get; } = new SoftLabel[capacity];
    /// <summary>Whether any sample is a mix of two classes.</summary>
    public bool IsMixed { get; private set; }

    static Tensor Kept(Placement placement, long[] shape, ScalarType type) => placement.HostZeros(shape, type).DetachFromDisposeScope();

    /// <summary>Reads a share.</summary>
    public BatchShare Fill(BatchPlace place)
    {
        var share = place.Source.Read(place.Epoch, place.Step, Samples.bytes, Labels);
        var classes = Numbers<long>(Classes);
        var others = Numbers<long>(Others);
        var shares = Numbers<float>(Shares);
        IsMixed = false;
        for (var i = 0; i < share.Count; i++)
        {
            var label = Labels[i];
            (classes[i], others[i], shares[i]) = (label.Class, label.Other, label.OtherShare);
            IsMixed |= label.OtherShare > 0;
        }
        return share;
    }

    static Span<T> Numbers<T>(Tensor tensor) where T : struct => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    public void Dispose()
    {
        Samples.Dispose();
        Classes.Dispose();
        Others.Dispose();
        Shares.Dispose();
    }
}
