using Convoy.Shared.Data;
using Convoy.Shared.Protocol;

namespace Convoy.Augmentation.Streaming;

/// <summary>Finds the augmenters of a cluster.</summary>
public interface IStreamDirectory
{
    /// <summary>Where there are none.</summary>
    public static IStreamDirectory None { get; } = new Nobody();

    /// <summary>Whether any can be reached.</summary>
    bool HasAugmenters { get; }

    /// <summary>Waits for any that are on their way.</summary>
    void AwaitAugmenters(CancellationToken cancel)
    {
    }

    /// <summary>Opens a stream; waits for an augmenter that opens its data first.</summary>
    /// <exception cref="StreamLostException">No augmenter can be reached.</exception>
    /// <exception cref="DataException">The data cannot be used.</exception>
    Task<StreamOpened> OpenAsync(OpenStream request, CancellationToken cancel);

    private sealed class Nobody : IStreamDirectory
    {
        public bool HasAugmenters => false;
        public Task<StreamOpened> OpenAsync(OpenStream request, CancellationToken cancel) => throw new StreamLostException("the cluster has no augmenter");
    }
}

/// <summary>No augmenter is left to make a replica's batches.</summary>
public sealed class StreamLostException(string message) : Exception(message);
