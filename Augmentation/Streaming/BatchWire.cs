using System.Runtime.InteropServices;
using System.Text;
using Convoy.Shared.Data;
using Convoy.Shared.Transport;

namespace Convoy.Augmentation.Streaming;

/// <summary>Batches on a connection of the data plane: one request, one answer. Labels are 12 bytes each, as <see cref="SoftLabel"/> lies in memory, little-endian.</summary>
internal static class BatchWire
{
    const int MaxError = 4096;
    const int MaxTrace = 55; // of a traceparent
    const int MaxWorld = 1 << 16;

    /// <summary>The greeting of a stream.</summary>
    public static Hello HelloOf(string streamId, byte[] secret) => new(Hello.CurrentVersion, streamId, 0, -1, -1, secret);

    /// <summary>Says whose shares will be asked for, and in which span, where there is one.</summary>
    public static void Start(FrameConnection connection, Split split, int rank, int world, string? trace = null)
    {
        var text = Encoding.ASCII.GetBytes(trace ?? "");
        connection.Send(new FrameHeader(FrameKind.BatchStart, (int)split, rank, world, text.Length), text);
    }

    /// <summary>Whose they are, and the <c>traceparent</c> of the span that they are made in.</summary>
    /// <exception cref="FrameException">It is no rank of a world.</exception>
    public static (Split Split, int Rank, int World, string Trace) HearStart(FrameConnection connection)
    {
        var header = connection.ReceiveHeader(MaxTrace);
        return header is { Kind: FrameKind.BatchStart, Operation: <= (int)Split.Test, Chunk: <= MaxWorld } && header.Round < header.Chunk
            ? ((Split)header.Operation, header.Round, header.Chunk, Text(connection, header.Length))
            : throw new FrameException($"{header.Kind} of split {header.Operation}, rank {header.Round} of {header.Chunk} where a stream may be started");
    }

    public static void Ask(FrameConnection connection, int epoch, int step) =>
        connection.Send(new FrameHeader(FrameKind.BatchRequest, epoch, step, 0, 0), []);

    /// <summary>The next request.</summary>
    /// <exception cref="FrameException">It asks for a step that there is not.</exception>
    public static (int Epoch, int Step) Hear(FrameConnection connection, BatchLayout layout)
    {
        var header = connection.ReceiveHeader(0);
        return header is { Kind: FrameKind.BatchRequest, Operation: >= 1 and <= int.MaxValue } && header.Round < layout.StepsPerEpoch
            ? ((int)header.Operation, header.Round)
            : throw new FrameException($"{header.Kind} of epoch {header.Operation}, step {header.Round} where a batch may be asked for");
    }

    public static void Answer(FrameConnection connection, ReadOnlySpan<byte> pictures, ReadOnlySpan<SoftLabel> labels)
    {
        var bytes = MemoryMarshal.AsBytes(labels);
        connection.Send(new FrameHeader(FrameKind.BatchLabels, 0, 0, labels.Length, bytes.Length), bytes);
        connection.Send(new FrameHeader(FrameKind.BatchPictures, 0, 0, labels.Length, pictures.Length), pictures);
    }

    public static void Refuse(FrameConnection connection, string reason)
    {
        var text = Encoding.UTF8.GetBytes(reason);
        text = text[..Math.Min(text.Length, MaxError)];
        connection.Send(new FrameHeader(FrameKind.BatchError, 0, 0, 0, text.Length), text);
    }

    /// <summary>Receives a share of <paramref name="count"/> pictures.</summary>
    /// <exception cref="BatchRefusedException">There is none.</exception>
    /// <exception cref="FrameException">It is not what was asked for.</exception>
    public static void Receive(FrameConnection connection, int count, Span<byte> pictures, Span<SoftLabel> labels)
    {
        var target = MemoryMarshal.AsBytes(labels[..count]);
        var header = connection.ReceiveHeader(Math.Max(target.Length, MaxError));
        if (header.Kind == FrameKind.BatchError) throw new BatchRefusedException(Text(connection, header.Length));
        Take(connection, header, FrameKind.BatchLabels, target);
        Take(connection, connection.ReceiveHeader(pictures.Length), FrameKind.BatchPictures, pictures);
    }

    static void Take(FrameConnection connection, FrameHeader header, FrameKind kind, Span<byte> target)
    {
        if (header.Kind != kind || header.Length != target.Length)
            throw new FrameException($"{header.Kind} of {header.Length} bytes where {kind} of {target.Length} should come");
        connection.ReceivePayload(target);
    }

    static string Text(FrameConnection connection, int length)
    {
        var text = new byte[length];
        connection.ReceivePayload(text);
        return Encoding.UTF8.GetString(text);
    }
}

/// <summary>An augmenter cannot make a batch, and would not if it were asked again.</summary>
internal sealed class BatchRefusedException(string reason) : Exception(reason);
