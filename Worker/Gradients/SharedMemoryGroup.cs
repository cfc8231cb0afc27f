using System.Numerics.Tensors;
using Convoy.Shared.Specs;

namespace Convoy.Worker.Gradients;

/// <summary>The ranks of a world in one process, summing in each other's memory: every rank sums one segment of the buffer
/// over all ranks, always in the order of the ranks, and writes it to all.</summary>
public sealed unsafe class SharedMemoryGroup : IDisposable
{
    readonly Barrier _barrier;
    readonly CancellationTokenSource _broken = new();
    readonly nint[] _buffers;
    readonly int[] _lengths;

    /// <summary>A group that <paramref name="size"/> threads will join, one a rank.</summary>
    public SharedMemoryGroup(int size) => (_barrier, _buffers, _lengths) = (new Barrier(size), new nint[size], new int[size]);

    /// <summary>The view of one rank.</summary>
    public ICollective Join(int rank) => new Member(this, rank);

    /// <summary>Gives up what the ranks wait for: each gets a <see cref="PeerLostException"/>, now and ever after.</summary>
    public void Break() => _broken.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _barrier.Dispose();
        _broken.Dispose();
    }

    void AllReduce(int rank, Span<float> buffer) => Together(rank, buffer, length => SumSegment(rank, length));

    void Broadcast(int rank, Span<float> buffer, int root) => Together(rank, buffer, length =>
    {
        if (rank != root) Segment(root, 0, length).CopyTo(Segment(rank, 0, length));
    });

    void Together(int rank, Span<float> buffer, Action<int> work)
    {
        fixed (float* mine = buffer)
        {
            (_buffers[rank], _lengths[rank]) = ((nint)mine, buffer.Length);
            Meet();
            if (_lengths.Distinct().Count() > 1)
                throw new InvalidOperationException($"ranks disagree on the buffer's length: {string.Join(", ", _lengths)}");
            work(buffer.Length);
            Meet();
        }
    }

    void SumSegment(int rank, int length)
    {
        var size = _buffers.Length;
        var start = (int)((long)length * rank / size);
        var count = (int)((long)length * (rank + 1) / size) - start;
        if (count == 0) return;
        var sum = Segment(0, start, count);
        for (var other = 1; other < size; other++)
            TensorPrimitives.Add(sum, Segment(other, start, count), sum);
        for (var other = 1; other < size; other++)
            sum.CopyTo(Segment(other, start, count));
    }

    Span<float> Segment(int rank, int start, int count) => new((float*)_buffers[rank] + start, count);

    void Meet()
    {
        try
        {
            _barrier.SignalAndWait(_broken.Token);
        }
        catch (OperationCanceledException error)
        {
            throw new PeerLostException("another replica of this process stopped", error);
        }
    }

    sealed class Member(SharedMemoryGroup group, int rank) : ICollective
    {
        public int Rank => rank;
        public int Size => group._buffers.Length;
        public void AllReduce(Span<float> buffer, GradientType wire = GradientType.Float32) => group.AllReduce(rank, buffer);
        public void Broadcast(Span<float> buffer, int root) => group.Broadcast(rank, buffer, root);
        public void Break() => group.Break();
        // A rank that leaves leaves the others nothing to wait for.
        public void Dispose() => group.Break();
    }
}
