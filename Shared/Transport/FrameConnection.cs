using System.Buffers;

namespace Convoy.Shared.Transport;

/// <summary>Frames over a stream, payloads straight from and into the caller's memory. One thread may send while another receives.</summary>
public sealed class FrameConnection(Stream stream) : IDisposable
{
    readonly ArrayBufferWriter<byte> _sent = new(FrameHeader.MaxBytes + 1);
    readonly byte[] _received = new byte[FrameHeader.MaxBytes];

    /// <summary>Sends a frame.</summary>
    /// <exception cref="IOException">The peer is gone, or did not take it in time.</exception>
    public void Send(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        _sent.ResetWrittenCount();
        header.Write(_sent);
        stream.Write(_sent.WrittenSpan);
        stream.Write(payload);
    }

    /// <summary>Receives a frame's header; its payload must be received next.</summary>
    /// <param name="maxPayload">Most bytes of payload that are acceptable.</param>
    /// <exception cref="FrameException">It is none, or its payload is too long.</exception>
    /// <exception cref="IOException">The peer is gone, or sent nothing in time.</exception>
    public FrameHeader ReceiveHeader(int maxPayload)
    {
        stream.ReadExactly(_received.AsSpan(0, 1));
        var length = _received[0];
        if (length is 0 or > FrameHeader.MaxBytes) throw new FrameException($"a frame's header of {length} bytes");
        stream.ReadExactly(_received.AsSpan(0, length));
        var header = FrameHeader.Read(_received.AsMemory(0, length));
        return header.Length <= maxPayload ? header : throw new FrameException($"a frame of {header.Length} bytes where at most {maxPayload} may come");
    }

    /// <summary>Receives a payload into its place.</summary>
    public void ReceivePayload(Span<byte> target) => stream.ReadExactly(target);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
