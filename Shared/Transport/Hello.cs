using System.Buffers.Binary;
using System.Security.Cryptography;
using MessagePack;

namespace Convoy.Shared.Transport;

/// <summary>What a node says first on a connection to another's data plane: who it is and what it wants.</summary>
/// <param name="Version">Of what the two say to each other: <see cref="CurrentVersion"/> of the services, <see cref="WorldWire.Version"/> of a world's ranks.</param>
/// <param name="JobId">The job.</param>
/// <param name="Generation">Of the world.</param>
/// <param name="From">The rank that connects.</param>
/// <param name="To">The rank it connects to.</param>
/// <param name="Secret">The world's.</param>
[MessagePackObject]
public sealed record Hello(
    [property: Key(0)] int Version,
    [property: Key(1)] string JobId,
    [property: Key(2)] int Generation,
    [property: Key(3)] int From,
    [property: Key(4)] int To,
    [property: Key(5)] byte[] Secret)
{
    /// <summary>The version of the services on the data plane, batches and artifacts.</summary>
    public const int CurrentVersion = 1;
    const int MaxBytes = 1024;
    static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);
    static ReadOnlySpan<byte> Magic => "CNVY"u8;

    /// <summary>What whoever registers a worker says to its data plane, to see whether it can be reached.</summary>
    /// <param name="secret">What the worker told it.</param>
    public static Hello ToWorker(byte[] secret) => new(CurrentVersion, "", 0, 0, 0, secret);

    /// <summary>Whether another hello has the same purpose; the secret is compared in constant time.</summary>
    public bool Matches(Hello other) => Version == other.Version && MatchesButForVersion(other);

    /// <summary>Whether another hello has the same purpose, in whatever version.</summary>
    public bool MatchesButForVersion(Hello other) =>
        (JobId, Generation, From, To) == (other.JobId, other.Generation, other.From, other.To)
        && CryptographicOperations.FixedTimeEquals(Secret, other.Secret);

    /// <summary>As bytes: four of magic, two of length, MessagePack.</summary>
    public byte[] ToBytes()
    {
        var body = MessagePackSerializer.Serialize(this, Options);
        var bytes = new byte[6 + body.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), (ushort)body.Length);
        body.CopyTo(bytes.AsSpan(6));
        return bytes;
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="FrameException">It is none.</exception>
    public static async Task<Hello> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var head = new byte[6];
        await stream.ReadExactlyAsync(head, cancel);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(4));
        if (!head.AsSpan(0, 4).SequenceEqual(Magic) || length is 0 or > MaxBytes) throw new FrameException("a stranger: no greeting of this protocol");
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancel);
        try
        {
            var hello = MessagePackSerializer.Deserialize<Hello>(body, Options, cancel);
            return hello is { JobId: not null, Secret: not null } ? hello : throw new FrameException("a greeting without job or secret");
        }
        catch (MessagePackSerializationException error)
        {
            throw new FrameException("a greeting that is not MessagePack", error);
        }
    }
}
