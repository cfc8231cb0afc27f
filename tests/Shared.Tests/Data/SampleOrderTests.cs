using Convoy.Shared.Data;

namespace Convoy.Shared.Tests.Data;

public sealed class SampleOrderTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(10, 5, 2)]
    [InlineData(11, 5, 3)]
    [InlineData(4, 100, 1)]
    [InlineData(int.MaxValue, 64, 33_554_432)]
    public void An_epoch_has_as_many_steps_as_batches_begun(int samples, int batchSize, int steps) =>
        Assert.Equal(steps, new SampleOrder(samples, batchSize, seed: 1).StepsPerEpoch);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(64, 64)]
    [InlineData(1000, 64)]
    [InlineData(50, 200)]
    public void The_batches_of_an_epoch_hold_every_sample_exactly_once(int samples, int batchSize)
    {
        var order = new SampleOrder(samples, batchSize, seed: 3);
        int[] permutation = order.Permutation(epoch: 2);
        ReadOnlyMemory<int>[] batches = [.. Enumerable.Range(0, order.StepsPerEpoch).Select(step => order.Batch(permutation, step))];
        Assert.All(batches[..^1], batch => Assert.Equal(batchSize, batch.Length));
        Assert.InRange(batches[^1].Length, 1, batchSize);
        Assert.Equal(Enumerable.Range(0, samples), batches.SelectMany(batch => batch.ToArray()).Order());
    }

    [Fact]
    public void The_ranks_shares_partition_every_batch_evenly()
    {
        SeededRandom random = SeededRandom.Of("shares", 1);
        for (int trial = 0; trial < 2_000; trial++)
        {
            int count = random.NextInt(300);
            int world = 1 + random.NextInt(40);
            Range[] shares = [.. Enumerable.Range(0, world).Select(rank => SampleOrder.Share(count, rank, world))];
            int[] items = [.. Enumerable.Range(0, count)];
            Assert.Equal(items, shares.SelectMany(share => items[share]));
            int[] lengths = [.. shares.Select(share => items[share].Length)];
            Assert.InRange(lengths.Max() - lengths.Min(), 0, 1);
        }
    }

    [Fact]
    public void Shares_of_large_counts_do_not_overflow() =>
        Assert.Equal(2_145_386_495..int.MaxValue, SampleOrder.Share(int.MaxValue, 1023, 1024));

    [Fact]
    public void The_order_is_the_same_twice()
    {
        Assert.Equal(new SampleOrder(500, 10, 9).Permutation(4), new SampleOrder(500, 10, 9).Permutation(4));
    }

    [Fact]
    public void Epochs_and_seeds_differ()
    {
        int[][] orders = [.. Enumerable.Range(0, 3).SelectMany(seed => Enumerable.Range(0, 3).Select(new SampleOrder(500, 10, seed).Permutation))];
        Assert.Equal(9, orders.Select(order => string.Join(' ', order)).Distinct().Count());
    }

    [Fact]
    public void The_batch_size_does_not_change_the_order() =>
        Assert.Equal(new SampleOrder(500, 10, 9).Permutation(4), new SampleOrder(500, 64, 9).Permutation(4));

    [Fact]
    public void Samples_come_early_or_late_without_preference()
    {
        var order = new SampleOrder(100, 10, seed: 1);
        int[] positionsOfSample7 = [.. Enumerable.Range(0, 4_000).Select(epoch => Array.IndexOf(order.Permutation(epoch), 7))];
        Assert.InRange(positionsOfSample7.Average(), 47.2, 51.8);
        Assert.Equal(100, positionsOfSample7.Distinct().Count());
    }

    [Fact]
    public void What_lies_outside_is_refused()
    {
        var order = new SampleOrder(10, 4, seed: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => order.Batch(order.Permutation(0), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => order.Batch(order.Permutation(0), -1));
        Assert.Throws<ArgumentException>(() => order.Batch(new int[9], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleOrder.Share(10, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleOrder.Share(10, -1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleOrder(0, 4, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleOrder(10, 0, seed: 1));
    }
}
