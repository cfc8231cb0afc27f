using Convoy.Shared.Models;

namespace Convoy.Shared.Data;

/// <summary>Pictures held in memory one behind the other.</summary>
public sealed class PackedImages : IImageSet
{
    private readonly ReadOnlyMemory<byte> pixels;
    private readonly ReadOnlyMemory<byte> labels;
    private readonly int size;

    /// <summary>Takes the arrays as they are: <paramref name="pixels"/> holds one picture of <paramref name="shape"/> for each label.</summary>
    public PackedImages(Shape shape, ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> labels)
    {
        size = checked((int)shape.Count);
        if ((long)labels.Length * size != pixels.Length)
            throw new ArgumentException($"{labels.Length} pictures of {size} bytes do not make {pixels.Length} bytes.", nameof(pixels));
        Shape = shape;
        this.pixels = pixels;
        this.labels = labels;
    }

    /// <inheritdoc/>
    public int Count => labels.Length;

    /// <inheritdoc/>
    public Shape Shape { get; }

    /// <inheritdoc/>
    public int Label(int index) => labels.Span[index];

    /// <inheritdoc/>
    public void Read(int index, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        if (target.Length != size)
            throw new ArgumentException($"The target has {target.Length} bytes where a picture has {size}.", nameof(target));
        pixels.Span.Slice(index * size, size).CopyTo(target);
    }
}
