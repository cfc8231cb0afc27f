using Convoy.Shared.Specs;

namespace Convoy.Worker.Gradients;

/// <summary>The operations a world's ranks do together. Every rank calls the same operations in the same order from one thread.</summary>
public interface ICollective : IDisposable
{
    /// <summary>This rank.</summary>
    int Rank { get; }
    /// <summary>Ranks in the world.</summary>
    int Size { get; }
    /// <summary>Sums a buffer over all ranks, in place; every rank ends with the same bits.</summary>
    /// <exception cref="PeerLostException">Another rank is gone.</exception>
    /// <param name="buffer">The numbers.</param>
    /// <param name="wire">How they travel, where they do.</param>
    void AllReduce(Span<float> buffer, GradientType wire = GradientType.Float32);
    /// <summary>Copies a rank's buffer to every other, bit for bit; the root's own is only read.</summary>
    /// <exception cref="PeerLostException">Another rank is gone; a buffer that was to be filled may be filled in part.</exception>
    /// <param name="buffer">As long on every rank.</param>
    /// <param name="root">Whose numbers.</param>
    void Broadcast(Span<float> buffer, int root);
    /// <summary>Gives up: whoever waits in an operation gets a <see cref="PeerLostException"/>. From any thread.</summary>
    void Break();
}

/// <summary>A world lost one of its ranks, so the operation that needed all of them was given up.</summary>
public sealed class PeerLostException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The rank that could not be connected to; null where that was not the trouble.</summary>
    public int? Unreachable { get; init; }
}

/// <summary>A world of one.</summary>
public sealed class SoloCollective : ICollective
{
    /// <inheritdoc/>
    public int Rank => 0;
    /// <inheritdoc/>
    public int Size => 1;
    /// <inheritdoc/>
    public void AllReduce(Span<float> buffer, GradientType wire = GradientType.Float32) { }
    /// <inheritdoc/>
    public void Broadcast(Span<float> buffer, int root) { }
    /// <inheritdoc/>
    public void Break() { }
    /// <inheritdoc/>
    public void Dispose() { }
}
