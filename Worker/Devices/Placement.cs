using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Convoy.Worker.Devices;

/// <summary>Where a replica's tensors lie, and how the host reaches their numbers: in place in the host's own memory, through a copy elsewhere.</summary>
/// <param name="Device">The device.</param>
/// <param name="IsStaged">Whether the host sees copies of the numbers and not the numbers themselves.</param>
public sealed record Placement(Device Device, bool IsStaged)
{
    /// <summary>In the host's memory. (<c>torch.CPU</c> would have TorchSharp look for libtorch before it is loaded.)</summary>
    public static Placement Cpu { get; } = Of(new Device(DeviceType.CPU));

    /// <summary>On a device.</summary>
    public static Placement Of(Device device) => new(device, IsStaged: device.type != DeviceType.CPU);

    // Copies to and from page-locked memory need no second copy by the driver.
    bool PinsHost => Device.type == DeviceType.CUDA;

    /// <summary>A tensor of zeros on the host that is read and written by it, and copied to the device by <see cref="ToDevice"/>.</summary>
    public Tensor HostZeros(long[] shape, ScalarType type)
    {
        var host = zeros(shape, type);
        if (!PinsHost) return host;
        using (host) return host.pin_memory();
    }

    /// <summary>A host's tensor on the device: the same where that is the host. Page-locked memory may be copied later, in the order of the device's work.</summary>
    public Tensor ToDevice(Tensor host) => IsStaged ? host.to(Device, copy: true, non_blocking: PinsHost) : host;

    /// <summary>The same for memory that is not page-locked, without waiting for the device.</summary>
    public Tensor Send(Tensor host)
    {
        if (!PinsHost) return ToDevice(host);
        using var pinned = host.pin_memory();
        return ToDevice(pinned);
    }

    /// <summary>The numbers of a contiguous tensor of this placement, for the host to read and, with <see cref="HostNumbers.Commit"/>, to change.</summary>
    public HostNumbers Read(Tensor tensor) => new(tensor, IsStaged ? Copy(tensor) : null);

    Tensor Copy(Tensor tensor)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return HostZeros(tensor.shape, tensor.dtype).copy_(tensor).MoveToOuterDisposeScope().DetachFromDisposeScope();
    }
}

/// <summary>A tensor's numbers as the host sees them.</summary>
public readonly ref struct HostNumbers
{
    readonly Tensor _tensor;
    readonly Tensor? _copy;

    internal HostNumbers(Tensor tensor, Tensor? copy) => (_tensor, _copy) = (tensor, copy);

    /// <summary>As bytes.</summary>
    public Span<byte> Bytes => (_copy ?? _tensor).bytes;

    /// <summary>Of a float32 tensor.</summary>
    public Span<float> Floats => MemoryMarshal.Cast<byte, float>(Bytes);

    /// <summary>Puts what was changed where the tensor lies; nothing is to be done where the change was made there.</summary>
    public void Commit()
    {
        if (_copy is null) return;
        using var _ = no_grad();
        _tensor.copy_(_copy);
    }

    /// <summary>Lets go of the copy.</summary>
    public void Dispose() => _copy?.Dispose();
}
