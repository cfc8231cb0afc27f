using Convoy.Shared.Models;

namespace Convoy.Shared.Data;

/// <summary>Sets of pictures of one shape as one set, in the order given.</summary>
public sealed class JoinedImages(params IReadOnlyList<IImageSet> sets) : IImageSet
{
    /// <inheritdoc/>
    public int Count => sets.Sum(set => set.Count);

    /// <inheritdoc/>
    public Shape Shape => sets[0].Shape;

    /// <inheritdoc/>
    public int Label(int index) => At(index, out var within).Label(within);

    /// <inheritdoc/>
    public void Read(int index, Span<byte> target) => At(index, out var within).Read(within, target);

    IImageSet At(int index, out int within)
    {
        within = index;
        foreach (var set in sets)
        {
            if (within < set.Count) return set;
            within -= set.Count;
        }
        throw new ArgumentOutOfRangeException(nameof(index), index, $"there are {Count} pictures");
    }
}
