using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Convoy.Shared.Specs;

namespace Convoy.Worker.Gradients;

/// <summary>Numbers as they travel: float32 as it is, or rounded to the nearest of 16 bits.</summary>
internal static class Packing
{
    /// <summary>Bytes of a number of 16 bits.</summary>
    public const int Packed = 2;

    const uint QuietNaN = 0x7FC0;

    public static int BytesOf(GradientType type) => type == GradientType.Float32 ? sizeof(float) : Packed;

    /// <summary>Rounds to 16 bits, ties to even.</summary>
    public static void Pack(ReadOnlySpan<float> numbers, Span<byte> packed, GradientType type)
    {
        if (type == GradientType.Fp16) TensorPrimitives.ConvertToHalf(numbers, MemoryMarshal.Cast<byte, Half>(packed));
        else PackBf16(MemoryMarshal.Cast<float, uint>(numbers), MemoryMarshal.Cast<byte, ushort>(packed));
    }

    /// <summary>Back to float32, exactly.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<float> numbers, GradientType type)
    {
        if (type == GradientType.Fp16) TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(packed), numbers);
        else UnpackBf16(MemoryMarshal.Cast<byte, ushort>(packed), MemoryMarshal.Cast<float, uint>(numbers));
    }

    /// <summary>To what <see cref="Unpack"/> gives of <see cref="Pack"/>.</summary>
    public static void Round(Span<float> numbers, GradientType type)
    {
        if (type == GradientType.Float32) return;
        Span<byte> packed = stackalloc byte[256 * Packed];
        for (; numbers.Length > 0; numbers = numbers[Math.Min(256, numbers.Length)..])
        {
            var part = numbers[..Math.Min(256, numbers.Length)];
            Pack(part, packed[..(part.Length * Packed)], type);
            Unpack(packed[..(part.Length * Packed)], part, type);
        }
    }

    static void PackBf16(ReadOnlySpan<uint> bits, Span<ushort> packed)
    {
        var i = 0;
        for (; i <= bits.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
            Vector512.Narrow(High(Vector512.Create(bits[i..])), High(Vector512.Create(bits[(i + Vector512<uint>.Count)..]))).CopyTo(packed[i..]);
        for (; i < bits.Length; i++)
            packed[i] = (ushort)High(Vector512.Create(bits[i])).ToScalar();
    }

    // The upper half of each, rounded by the lower half. A NaN must not be rounded to something else.
    static Vector512<uint> High(Vector512<uint> bits)
    {
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16;
        return Vector512.ConditionalSelect(Vector512.IsNaN(bits.AsSingle()).AsUInt32(), Vector512.Create(QuietNaN), rounded);
    }

    static void UnpackBf16(ReadOnlySpan<ushort> packed, Span<uint> bits)
    {
        var i = 0;
        for (; i <= packed.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Create(packed[i..]));
            (low << 16).CopyTo(bits[i..]);
            (high << 16).CopyTo(bits[(i + Vector512<uint>.Count)..]);
        }
        for (; i < packed.Length; i++)
            bits[i] = (uint)packed[i] << 16;
    }
}
