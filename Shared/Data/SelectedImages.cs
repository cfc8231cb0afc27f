using Convoy.Shared.Models;

namespace Convoy.Shared.Data;

/// <summary>Some of the pictures of a set, in the order given, without copying them.</summary>
public sealed class SelectedImages(IImageSet source, IReadOnlyList<int> indices) : IImageSet
{
    /// <inheritdoc/>
    public int Count => indices.Count;

    /// <inheritdoc/>
    public Shape Shape => source.Shape;

    /// <inheritdoc/>
    public int Label(int index) => source.Label(indices[index]);

    /// <inheritdoc/>
    public void Read(int index, Span<byte> target) => source.Read(indices[index], target);
}
