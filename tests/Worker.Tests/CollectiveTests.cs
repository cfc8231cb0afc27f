using Convoy.Worker.Gradients;
using Convoy.Worker.Native;
using Convoy.Worker.Training;
using TorchSharp;

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

    [Fact]
    public void Ranks_with_different_weights_are_found_out()
    {
        LibTorch.Load();
        using var group = new SharedMemoryGroup(2);
        var seen = new Exception?[2];
        var threads = Enumerable.Range(0, 2).Select(rank => new Thread(() =>
        {
            using var weights = torch.ones(100);
            if (rank == 1) weights[57] = 1.0000001f;
            seen[rank] = Record.Exception(() => Agreement.Check(group.Join(rank), weights.bytes));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.All(seen, error => Assert.Equal("the weights of rank 1 differ from rank 0's", Assert.IsType<ReplicasDivergedException>(error).Message));
    }
}
