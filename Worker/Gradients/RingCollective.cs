using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Convoy.Shared.Specs;
using Convoy.Shared.Transport;

namespace Convoy.Worker.Gradients;

/// <summary>The ranks of a world over sockets: a ring all-reduce (reduce-scatter, then all-gather; Patarasuk and Yuan 2009), chunked,
/// so that a chunk is passed on while the next one arrives. Two threads a rank: the caller receives and adds, one more sends.</summary>
public sealed unsafe class RingCollective : ICollective
{
    const int Chunk = 256 * 1024; // numbers: 1 MiB, with 2 MiB of socket buffer the fastest measured on loopback

    readonly FrameConnection _next;
    readonly FrameConnection _previous;
    readonly float[] _scratch = new float[Chunk];
    byte[] _packedIn = []; // as large as a chunk where numbers are packed at all; the receiver's
    byte[] _packedOut = []; // the sender's
    readonly BlockingCollection<(nint Buffer, int Length, GradientType Wire)> _work = new(boundedCapacity: 1);
    readonly SemaphoreSlim _ready = new(0);
    readonly SemaphoreSlim _sent = new(0);
    readonly CancellationTokenSource _broken = new();
    Exception? _sendError;
    long _operation;
    long _sendOperation;

    /// <summary>Rank <paramref name="rank"/> of <paramref name="size"/>, which sends to the next rank and receives from the previous one.</summary>
    public RingCollective(int rank, int size, FrameConnection next, FrameConnection previous)
    {
        (Rank, Size, _next, _previous) = (rank, size, next, previous);
        new Thread(SendLoop) { Name = $"ring sender {rank}", IsBackground = true }.Start();
    }

    /// <inheritdoc/>
    public int Rank { get; }
    /// <inheritdoc/>
    public int Size { get; }

    int Rounds => 2 * (Size - 1);

    /// <inheritdoc/>
    public void AllReduce(Span<float> buffer, GradientType wire = GradientType.Float32)
    {
        fixed (float* numbers = buffer)
        {
            try
            {
                _work.Add(((nint)numbers, buffer.Length, wire), _broken.Token);
                for (var round = 0; round < Rounds; round++) Receive(buffer, round, wire);
                _operation++;
                _sent.Wait(_broken.Token);
            }
            catch (Exception error) when (error is IOException or FrameException or OperationCanceledException or ObjectDisposedException)
            {
                Break();
                throw new PeerLostException($"rank {Rank} lost a peer: {(_sendError ?? error).Message}", error);
            }
        }
    }

    /// <inheritdoc/>
    public void Break()
    {
        _broken.Cancel();
        _next.Dispose();
        _previous.Dispose();
    }

    void Receive(Span<float> buffer, int round, GradientType wire)
    {
        var reduces = round < Size - 1;
        var segment = buffer[SegmentOf(reduces ? Rank - round - 1 : Rank - (round - (Size - 1)), buffer.Length)];
        for (var (chunk, start) = (0, 0); start < segment.Length; chunk++, start += Chunk)
        {
            var part = segment.Slice(start, Math.Min(Chunk, segment.Length - start));
            Expect(reduces ? FrameKind.Reduce : FrameKind.Gather, round, chunk, part.Length * Packing.BytesOf(wire));
            var target = reduces ? _scratch.AsSpan(0, part.Length) : part;
            ReceiveNumbers(target, wire);
            if (reduces) TensorPrimitives.Add(part, target, part);
            if (round == Size - 2) Packing.Round(part, wire); // complete: all shall have what the others will receive
            if (round < Rounds - 1) _ready.Release();
        }
    }

    void ReceiveNumbers(Span<float> target, GradientType wire)
    {
        if (wire == GradientType.Float32)
        {
            _previous.ReceivePayload(MemoryMarshal.AsBytes(target));
            return;
        }
        var packed = Room(ref _packedIn, target.Length);
        _previous.ReceivePayload(packed);
        Packing.Unpack(packed, target, wire);
    }

    void Expect(FrameKind kind, int round, int chunk, int bytes)
    {
        var expected = new FrameHeader(kind, _operation, round, chunk, bytes);
        var found = _previous.ReceiveHeader(Chunk * sizeof(float));
        if (found != expected) throw new FrameException($"out of step: {found} came where {expected} was due");
    }

    void SendLoop()
    {
        try
        {
            foreach (var (buffer, length, wire) in _work.GetConsumingEnumerable(_broken.Token))
            {
                Send(new ReadOnlySpan<float>((float*)buffer, length), wire);
                _sendOperation++;
                _sent.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Broken or disposed.
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            _sendError = error;
            Break();
        }
    }

    void Send(ReadOnlySpan<float> buffer, GradientType wire)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var reduces = round < Size - 1;
            var segment = buffer[SegmentOf(reduces ? Rank - round : Rank + 1 - (round - (Size - 1)), buffer.Length)];
            for (var (chunk, start) = (0, 0); start < segment.Length; chunk++, start += Chunk)
            {
                if (round > 0) _ready.Wait(_broken.Token); // a round passes on what the round before it received
                var part = BytesOf(segment.Slice(start, Math.Min(Chunk, segment.Length - start)), wire);
                _next.Send(new FrameHeader(reduces ? FrameKind.Reduce : FrameKind.Gather, _sendOperation, round, chunk, part.Length), part);
            }
        }
    }

    ReadOnlySpan<byte> BytesOf(ReadOnlySpan<float> numbers, GradientType wire)
    {
        if (wire == GradientType.Float32) return MemoryMarshal.AsBytes(numbers);
        var packed = Room(ref _packedOut, numbers.Length);
        Packing.Pack(numbers, packed, wire);
        return packed;
    }

    static Span<byte> Room(ref byte[] buffer, int numbers)
    {
        if (buffer.Length == 0) buffer = new byte[Chunk * Packing.Packed];
        return buffer.AsSpan(0, numbers * Packing.Packed);
    }

    Range SegmentOf(int index, int length)
    {
        var segment = (index % Size + Size) % Size;
        return (int)((long)length * segment / Size)..(int)((long)length * (segment + 1) / Size);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _work.CompleteAdding();
        Break();
    }
}
