using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Convoy.Shared.Specs;
using Convoy.Shared.Transport;

namespace Convoy.Worker.Gradients;

/// <summary>The ranks of a world over sockets: a ring all-reduce (reduce-scatter, then all-gather; Patarasuk and Yuan 2009), chunked,
/// so that a chunk is passed on while the next one arrives; a broadcast goes round the same way. Two threads a rank: the caller receives
/// and adds, one more sends.</summary>
public sealed unsafe class RingCollective : ICollective
{
    const int Chunk = 256 * 1024; // numbers: 1 MiB, with 2 MiB of socket buffer the fastest measured on loopback

    readonly FrameConnection _next;
    readonly FrameConnection _previous;
    readonly float[] _scratch = new float[Chunk];
    byte[] _packedIn = []; // as large as a chunk where numbers are packed at all; the receiver's
    byte[] _packedOut = []; // the sender's
    readonly BlockingCollection<Work> _work = new(boundedCapacity: 1);
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

    // What the sender is to do: an all-reduce, or a broadcast where there is a root.
    readonly record struct Work(nint Buffer, int Length, GradientType Wire, int? Root);

    /// <inheritdoc/>
    public void AllReduce(Span<float> buffer, GradientType wire = GradientType.Float32) => Run(buffer, wire, root: null);

    /// <inheritdoc/>
    public void Broadcast(Span<float> buffer, int root) => Run(buffer, GradientType.Float32, root);

    void Run(Span<float> buffer, GradientType wire, int? root)
    {
        fixed (float* numbers = buffer)
        {
            try
            {
                _work.Add(new Work((nint)numbers, buffer.Length, wire, root), _broken.Token);
                if (root is { } source) Receive(buffer, source);
                else for (var round = 0; round < Rounds; round++) Receive(buffer, round, wire);
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

    void Receive(Span<float> buffer, int root)
    {
        if (Rank == root) return;
        for (var (chunk, start) = (0, 0); start < buffer.Length; chunk++, start += Chunk)
        {
            var part = buffer.Slice(start, Math.Min(Chunk, buffer.Length - start));
            Expect(FrameKind.Broadcast, 0, chunk, part.Length * sizeof(float));
            ReceiveNumbers(part, GradientType.Float32);
            if (PassesOn(root)) _ready.Release();
        }
    }

    // The rank before the root is the last that needs it.
    bool PassesOn(int root) => (Rank + 1) % Size != root;

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
            foreach (var work in _work.GetConsumingEnumerable(_broken.Token))
            {
                var numbers = new ReadOnlySpan<float>((float*)work.Buffer, work.Length);
                if (work.Root is { } root) Send(numbers, root);
                else Send(numbers, work.Wire);
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

    void Send(ReadOnlySpan<float> buffer, int root)
    {
        if (!PassesOn(root)) return;
        for (var (chunk, start) = (0, 0); start < buffer.Length; chunk++, start += Chunk)
        {
            if (Rank != root) _ready.Wait(_broken.Token);
            var part = MemoryMarshal.AsBytes(buffer.Slice(start, Math.Min(Chunk, buffer.Length - start)));
            _next.Send(new FrameHeader(FrameKind.Broadcast, _sendOperation, 0, chunk, part.Length), part);
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
        Break();
        _work.CompleteAdding();
    }
}
