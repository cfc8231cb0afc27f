using System.Buffers;
using MessagePack;

namespace Convoy.Shared.Transport;

/// <summary>What a frame's payload is.</summary>
public enum FrameKind
{
    /// <summary>Part of a reduce-scatter.</summary>
    Reduce = 1,
    /// <summary>Part of an all-gather.</summary>
    Gather = 2,
    /// <summary>Whose shares are wanted on this connection: operation is the split, round the rank, chunk the world's size.</summary>
    BatchStart = 3,
    /// <summary>A share is wanted: operation is the epoch, round the step. The request is the credit: nothing comes unasked.</summary>
    BatchRequest = 4,
    /// <summary>Labels of a share, chunk many.</summary>
    BatchLabels = 5,
    /// <summary>Its pictures, one after another.</summary>
    BatchPictures = 6,
    /// <summary>Why there is none, as UTF-8.</summary>
    BatchError = 7,
    /// <summary>Part of a broadcast.</summary>
    Broadcast = 8,
}

/// <summary>The head of a frame: one byte of length, then a MessagePack array of five integers; the payload follows.</summary>
/// <param name="Kind">What follows.</param>
/// <param name="Operation">Which of the connection's operations, from 0: peers out of step are found out.</param>
/// <param name="Round">Which round of the operation, from 0.</param>
/// <param name="Chunk">Which part of the round, from 0.</param>
/// <param name="Length">Bytes of payload.</param>
public readonly record struct FrameHeader(FrameKind Kind, long Operation, int Round, int Chunk, int Length)
{
    /// <summary>Longest header that is accepted, in bytes after the length byte.</summary>
    public const int MaxBytes = 32;
    const int Fields = 5;

    /// <summary>Writes the header with its length byte.</summary>
    public void Write(ArrayBufferWriter<byte> target)
    {
        var start = target.WrittenCount;
        target.GetSpan(1)[0] = 0;
        target.Advance(1);
        var writer = new MessagePackWriter(target);
        writer.WriteArrayHeader(Fields);
        writer.Write((int)Kind);
        writer.Write(Operation);
        writer.Write(Round);
        writer.Write(Chunk);
        writer.Write(Length);
        writer.Flush();
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(target.WrittenMemory).Span[start] = (byte)(target.WrittenCount - start - 1);
    }

    /// <summary>Reads a header's bytes, without the length byte.</summary>
    /// <exception cref="FrameException">They are no header.</exception>
    public static FrameHeader Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            if (reader.ReadArrayHeader() != Fields) throw new FrameException("a frame's header has not five fields");
            var header = new FrameHeader((FrameKind)reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            return reader.End && Enum.IsDefined(header.Kind) && header is { Operation: >= 0, Round: >= 0, Chunk: >= 0, Length: >= 0 }
                ? header
                : throw new FrameException("a frame's header makes no sense");
        }
        catch (Exception error) when (error is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            throw new FrameException("a frame's header is not MessagePack", error);
        }
    }
}

/// <summary>What came over a connection is not what the protocol allows; the connection is of no more use.</summary>
public sealed class FrameException(string message, Exception? inner = null) : Exception(message, inner);
