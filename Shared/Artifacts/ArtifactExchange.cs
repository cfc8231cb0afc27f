using System.Buffers.Binary;
using System.Security.Cryptography;
using Convoy.Shared.Transport;
using MessagePack;

namespace Convoy.Shared.Artifacts;

/// <summary>What is asked of a remote store.</summary>
public enum ArtifactVerb
{
    /// <summary>A file follows.</summary>
    Write = 1,
    /// <summary>A file is wanted.</summary>
    Read = 2,
    /// <summary>A file is to go.</summary>
    Delete = 3,
}

/// <summary>A request to a remote store.</summary>
[MessagePackObject]
public sealed record ArtifactRequest([property: Key(0)] ArtifactVerb Verb, [property: Key(1)] string Name);

/// <summary>A remote store's answer; a file that was read follows it.</summary>
/// <param name="Error">What went wrong; null for nothing.</param>
/// <param name="Sha256">Of a file that was written.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="IsForNow">Whether another attempt may do.</param>
[MessagePackObject]
public sealed record ArtifactReply([property: Key(0)] string? Error, [property: Key(1)] string Sha256, [property: Key(2)] long Bytes, [property: Key(3)] bool IsForNow = false);

/// <summary>Messages and files on a stream: four bytes of length before each message and each part of a file; a part of length 0 and
/// the SHA-256 of the whole end a file.</summary>
internal static class ArtifactExchange
{
    const int MaxMessage = 64 * 1024;
    const int Part = 512 * 1024;
    static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    public static void Send<T>(Stream stream, T message)
    {
        var bytes = MessagePackSerializer.Serialize(message, Options);
        SendLength(stream, bytes.Length);
        stream.Write(bytes);
    }

    public static T Receive<T>(Stream stream)
    {
        var bytes = new byte[ReceiveLength(stream, MaxMessage)];
        stream.ReadExactly(bytes);
        try
        {
            return MessagePackSerializer.Deserialize<T>(bytes, Options) ?? throw new FrameException("an empty message");
        }
        catch (MessagePackSerializationException error)
        {
            throw new FrameException("a message that is not MessagePack", error);
        }
    }

    public static void SendFile(Stream stream, Action<Stream> content)
    {
        using var sha = SHA256.Create();
        using (var hashing = new CryptoStream(new Parts(stream), sha, CryptoStreamMode.Write))
        using (var buffered = new BufferedStream(hashing, Part))
            content(buffered);
        SendLength(stream, 0);
        stream.Write(sha.Hash);
    }

    /// <summary>Receives a file into a stream.</summary>
    /// <exception cref="ArtifactException">What came is not what was sent.</exception>
    public static void ReceiveFile(Stream stream, Stream target)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Part];
        for (int length; (length = ReceiveLength(stream, Part)) > 0;)
        {
            stream.ReadExactly(buffer.AsSpan(0, length));
            sha.AppendData(buffer.AsSpan(0, length));
            target.Write(buffer.AsSpan(0, length));
        }
        var expected = new byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(expected);
        if (!expected.AsSpan().SequenceEqual(sha.GetHashAndReset())) throw new ArtifactException("a file was damaged on its way");
    }

    static void SendLength(Stream stream, int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        stream.Write(bytes);
    }

    static int ReceiveLength(Stream stream, int most)
    {
        Span<byte> bytes = stackalloc byte[4];
        stream.ReadExactly(bytes);
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return length >= 0 && length <= most ? length : throw new FrameException($"a length of {length} where at most {most} may come");
    }

    /// <summary>Cuts what is written into parts.</summary>
    sealed class Parts(Stream stream) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            for (; buffer.Length > 0; buffer = buffer[Math.Min(Part, buffer.Length)..])
            {
                var part = buffer[..Math.Min(Part, buffer.Length)];
                SendLength(stream, part.Length);
                stream.Write(part);
            }
        }
    }

    /// <summary>The greeting of an artifact service.</summary>
    public static Hello HelloOf(string jobId, byte[] secret) => new(Hello.CurrentVersion, jobId, 0, -1, -1, secret);

    /// <summary>The secret in an address.</summary>
    public static byte[] SecretOf(Uri address)
    {
        try
        {
            return Convert.FromHexString(address.Fragment.TrimStart('#'));
        }
        catch (FormatException error)
        {
            throw new ArtifactException($"the address {address.GetLeftPart(UriPartial.Path)} has no secret", error);
        }
    }
}
