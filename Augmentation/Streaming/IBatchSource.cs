namespace Convoy.Augmentation.Streaming;

/// <summary>A rank's share of every batch of a run, addressed by epoch and step, so that any step can be asked for again. For one thread.</summary>
public interface IBatchSource : IDisposable
{
    /// <summary>The sizes of the shares.</summary>
    BatchLayout Layout { get; }

    /// <summary>Writes the share of a step.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">From 0, within the epoch.</param>
    /// <param name="pictures">Room for MaxShare pictures; one after another, bytes 0-255.</param>
    /// <param name="labels">Room for MaxShare labels.</param>
    BatchShare Read(int epoch, int step, Span<byte> pictures, Span<SoftLabel> labels);
}
