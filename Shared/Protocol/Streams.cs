using Convoy.Shared.Data;
using MessagePack;

namespace Convoy.Shared.Protocol;

// Replica -> batch stream: OpenStream -> StreamOpened | StreamRefused. The batches then come over the data plane.

/// <summary>A message to one batch stream, routed by its id to an augmenter.</summary>
public interface IStreamMessage : IWire
{
    /// <summary>The entity of the shard region.</summary>
    string StreamId { get; }
}

/// <summary>Open a job's data, and make batches of it for whoever connects.</summary>
/// <param name="StreamId">One of the job's; they spread over the augmenters.</param>
/// <param name="Spec">The job's spec as canonical YAML.</param>
/// <param name="Data">The data that counts; whoever sees other data refuses. Null where that is not known yet.</param>
[MessagePackObject, Manifest("stream.open")]
public sealed record OpenStream([property: Key(0)] string StreamId, [property: Key(1)] string Spec, [property: Key(2)] DataSeen? Data = null) : IStreamMessage;

/// <summary>Where a stream's batches are to be had.</summary>
/// <param name="StreamId">Of the stream.</param>
/// <param name="Host">The augmenter's data plane.</param>
/// <param name="Port">Its port.</param>
/// <param name="Secret">What to show there: 32 random bytes.</param>
/// <param name="Card">The data as this augmenter finds it.</param>
[MessagePackObject, Manifest("stream.opened")]
public sealed record StreamOpened(
    [property: Key(0)] string StreamId,
    [property: Key(1)] string Host,
    [property: Key(2)] int Port,
    [property: Key(3)] byte[] Secret,
    [property: Key(4)] DatasetCard Card) : IWire;

/// <summary>The data cannot be used; trying again would not help.</summary>
[MessagePackObject, Manifest("stream.refused")]
public sealed record StreamRefused([property: Key(0)] string Reason) : IWire;
