using Convoy.Worker.Gradients;
using Convoy.Worker.Training;

namespace Convoy.Worker.Tests;

public sealed class CollectiveTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 1000)]
    [InlineData(3, 2)]
    [InlineData(4, 100_003)]
    public void Every_rank_gets_the_sum(int size, int length)
    {
        var threads = Enumerable.Range(0, size).ToArray();
        var buffers = threads.Select(rank => Enumerable.Range(0, length).Select(i => (float)(i % 100 + rank * 1000)).ToArray()).ToArray();
        using var group = new SharedMemoryGroup(size);
        var running = threads.Select(rank => new Thread(() => group.Join(rank).AllReduce(buffers[rank]))).ToList();
        running.ForEach(thread => thread.Start());
        running.ForEach(thread => thread.Join());
        var expected = Enumerable.Range(0, length).Select(i => (float)(size * (i % 100) + 1000 * size * (size - 1) / 2)).ToArray();
        Assert.All(buffers, buffer => Assert.Equal(expected, buffer));
    }

    [Fact]
    public void A_rank_that_waits_hears_that_the_world_broke()
    {
        using var group = new SharedMemoryGroup(2);
        Exception? seen = null;
        var waiting = new Thread(() => seen = Record.Exception(() => group.Join(0).AllReduce(new float[10])));
        waiting.Start();
        group.Break();
        waiting.Join();
        Assert.IsType<PeerLostException>(seen);
    }

    /// <summary>What each rank of a world throws.</summary>
    static Exception?[] Seen(int size, Action<ICollective> run)
    {
        using var group = new SharedMemoryGroup(size);
        var seen = new Exception?[size];
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() => seen[rank] = Record.Exception(() => run(group.Join(rank))))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return seen;
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 3)]
    public void A_broadcast_gives_every_rank_the_roots_bits(int size, int root)
    {
        float[] numbers = [-0f, float.NaN, float.PositiveInfinity, float.Epsilon, .. Enumerable.Range(0, 1000).Select(i => i / 3f)];
        var seen = Seen(size, world =>
        {
            var mine = world.Rank == root ? [.. numbers] : new float[numbers.Length];
            world.Broadcast(mine, root);
            Assert.Equal(numbers.Select(BitConverter.SingleToUInt32Bits), mine.Select(BitConverter.SingleToUInt32Bits));
        });
        Assert.All(seen, Assert.Null);
    }

    [Fact]
    public void Every_rank_hears_what_each_tells()
    {
        var seen = Seen(3, world => Assert.Equal(
            [[0UL, ulong.MaxValue], [0x123456789abcdef0UL, ulong.MaxValue - 1], [2 * 0x123456789abcdef0UL, ulong.MaxValue - 2]],
            RollCall.Gather(world, (ulong)world.Rank * 0x123456789abcdef0UL, ulong.MaxValue - (ulong)world.Rank)));
        Assert.All(seen, Assert.Null);
    }

    [Fact]
    public void A_rank_whose_weights_differ_from_the_majoritys_is_found_out()
    {
        var seen = Seen(3, world => Agreement.Check(world, world.Rank == 1 ? 8UL : 7UL, 120));
        Assert.All(seen, error => Assert.Equal("the weights of rank 1 differ from those of the majority after step 120", Assert.IsType<ReplicasDivergedException>(error).Message));
        Assert.Equal([false, true, false], seen.Select(error => ((ReplicasDivergedException)error!).Differs));
    }

    [Fact]
    public void Of_two_ranks_that_differ_neither_is_taken_to_be_right() =>
        Assert.All(Seen(2, world => Agreement.Check(world, (ulong)world.Rank, 1_200)), error =>
        {
            Assert.Null(Assert.IsType<ReplicasDivergedException>(error).Differs);
            Assert.Equal("the weights of the ranks differ after step 1,200, and no majority says which are right", error.Message);
        });
}
