using System.Collections.Concurrent;
using Convoy.Shared.Specs;
using Convoy.Worker.Gradients;

namespace Convoy.Worker.Tests.Support;

/// <summary>Where in an operation a world breaks.</summary>
public enum Part
{
    /// <summary>Before anything of it is complete.</summary>
    First,
    /// <summary>When a half is.</summary>
    Middle,
    /// <summary>At its very last number; every other rank, which has it, goes on until the next operation.</summary>
    Last,
}

/// <summary>When a world breaks and who dies of it.</summary>
/// <param name="Call">Which of the world's operations, from 0.</param>
/// <param name="Part">Where in it.</param>
/// <param name="Dying">The ranks that die, as bits.</param>
internal sealed record Blow(int Call, Part Part, int Dying)
{
    public bool Kills(int rank) => (Dying >> rank & 1) == 1;
}

/// <summary>A rank that a <see cref="Blow"/> killed.</summary>
internal sealed class KilledException : Exception;

/// <summary>A world in memory that breaks as planned and leaves its ranks' buffers as a ring would: done in part, with sums of some ranks in the rest.</summary>
internal sealed class FragileGroup(int size, Blow? blow = null)
{
    readonly Barrier _meeting = new(size);
    readonly CancellationTokenSource _broken = new();
    readonly float[][] _given = new float[size][];
    readonly ConcurrentDictionary<int, int> _calls = new();

    /// <summary>Operations that the first rank has begun.</summary>
    public int Calls => _calls.GetValueOrDefault(0);

    public ICollective Join(int rank) => new Member(this, rank);

    void Run(int rank, Span<float> buffer, int? root)
    {
        var call = _calls.AddOrUpdate(rank, 1, (_, calls) => calls + 1) - 1;
        _given[rank] = buffer.ToArray();
        Meet();
        var all = Enumerable.Range(0, buffer.Length).Select(i => root is { } source ? _given[source][i] : _given.Skip(1).Aggregate(_given[0][i], (sum, other) => sum + other[i])).ToArray();
        if (call == blow?.Call) Break(rank, buffer, all, root);
        else if (rank != root) all.CopyTo(buffer);
        Meet();
    }

    void Break(int rank, Span<float> buffer, float[] all, int? root)
    {
        var done = blow!.Part switch { Part.First => 0, Part.Middle => all.Length / 2, _ => all.Length - 1 };
        if (rank != root)
        {
            all.AsSpan(0, done).CopyTo(buffer);
            if (root is null) for (var i = done; i < all.Length; i++) buffer[i] += _given[(rank + 1) % size][i];
        }
        if (blow.Kills(rank)) throw new KilledException();
        if (blow.Part == Part.Last && rank % 2 == 0)
        {
            if (rank != root) all.CopyTo(buffer);
            _broken.Cancel(); // seen when it asks for the next one
            return;
        }
        _broken.Cancel();
        throw new PeerLostException($"the world broke at operation {blow.Call}");
    }

    void Meet()
    {
        try
        {
            if (!_broken.IsCancellationRequested) _meeting.SignalAndWait(_broken.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    sealed class Member(FragileGroup group, int rank) : ICollective
    {
        public int Rank => rank;
        public int Size => group._given.Length;
        public void AllReduce(Span<float> buffer, GradientType wire = GradientType.Float32) => Run(buffer, null);
        public void Broadcast(Span<float> buffer, int root) => Run(buffer, root);
        public void Break() => group._broken.Cancel();
        public void Dispose() { }

        void Run(Span<float> buffer, int? root)
        {
            if (group._broken.IsCancellationRequested) throw new PeerLostException("the world is broken");
            group.Run(rank, buffer, root);
        }
    }
}
