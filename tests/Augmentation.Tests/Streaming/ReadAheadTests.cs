using Convoy.Augmentation.Streaming;
using Convoy.Shared.Data;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Telemetry;

namespace Convoy.Augmentation.Tests.Streaming;

public sealed class ReadAheadTests
{
    static readonly Dataset Digits = Shared.Data.Datasets.Open(new DataSpec { Kind = DataKind.Digits, Train = 100, Validation = 1, Test = 1 }, seed: 1);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static DatasetBatches Direct(int rank = 0) => new(Digits.Train, 16, seed: 1, shuffled: true, rank, world: 2, new AugmentationSpec { RotationRange = 20, Mixup = new() });

    static (byte[] Pictures, SoftLabel[] Labels, BatchShare Share) Read(IBatchSource source, int epoch, int step)
    {
        var (pictures, labels) = (new byte[source.Layout.MaxShare * source.Layout.PictureBytes], new SoftLabel[source.Layout.MaxShare]);
        var share = source.Read(epoch, step, pictures, labels);
        return (pictures[..(share.Count * source.Layout.PictureBytes)], labels[..share.Count], share);
    }

    static void AssertSame(IBatchSource expected, IBatchSource actual, int epoch, int step)
    {
        var (one, other) = (Read(expected, epoch, step), Read(actual, epoch, step));
        Assert.True(one.Pictures.AsSpan().SequenceEqual(other.Pictures), $"pictures of epoch {epoch}, step {step}");
        Assert.Equal(one.Labels, other.Labels);
        Assert.Equal(one.Share, other.Share);
        Assert.Equal(one.Share, expected.Layout.ShareOf(step));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    public void Batches_are_the_same_however_many_threads_read_ahead(int threads, int depth)
    {
        using var direct = Direct(rank: 1);
        using var ahead = new ReadAhead([.. Enumerable.Range(0, threads).Select(_ => Direct(rank: 1))], depth, repeats: false, Cancel);
        for (var epoch = 1; epoch <= 3; epoch++)
            for (var step = 0; step < direct.Layout.StepsPerEpoch; step++)
                AssertSame(direct, ahead, epoch, step);
    }

    [Fact]
    public void Any_step_can_be_asked_for_next()
    {
        using var direct = Direct();
        using var ahead = new ReadAhead([Direct(), Direct()], 2, repeats: false, Cancel);
        foreach (var (epoch, step) in new[] { (3, 5), (3, 6), (4, 0), (1, 2), (1, 2), (2, 6), (3, 0) })
            AssertSame(direct, ahead, epoch, step);
    }

    [Fact]
    public void A_split_that_is_evaluated_begins_again_at_its_first_batch()
    {
        var source = new Recorder();
        using (var ahead = new ReadAhead([source], 2, repeats: true, Cancel))
            for (var step = 0; step < source.Layout.StepsPerEpoch; step++) Read(ahead, 1, step);
        Assert.All(source.Asked, place => Assert.Equal(1, place.Epoch));
        Assert.Equal([0, 1, 2, 3, 4], source.Asked.Take(5).Select(place => place.Step));
        Assert.All(source.Asked.Skip(5).Index(), place => Assert.Equal(place.Index, place.Item.Step));
    }

    [Fact]
    public void No_more_is_read_than_there_are_buffers()
    {
        var sources = new[] { new Recorder(), new Recorder() };
        using (var ahead = new ReadAhead(sources, 3, repeats: false, Cancel))
            for (var step = 0; step < 4; step++) Read(ahead, 1, step);
        Assert.InRange(sources.Sum(source => source.Asked.Count), 4, 4 + 2 * 3);
    }

    [Fact]
    public void Nothing_is_read_before_the_first_batch_is_wanted()
    {
        var source = new Recorder();
        new ReadAhead([source], 3, repeats: false, Cancel).Dispose();
        Assert.Empty(source.Asked);
    }

    [Fact]
    public void An_error_comes_with_its_batch_and_the_batches_before_it_come_whole()
    {
        using var ahead = new ReadAhead([new Recorder { FailsAt = 2 }], 3, repeats: false, Cancel);
        Read(ahead, 1, 0);
        Read(ahead, 1, 1);
        Assert.Equal("step 2", Assert.Throws<DataException>(() => Read(ahead, 1, 2)).Message);
        Read(ahead, 1, 3);
    }

    [Fact]
    public void A_reader_that_waits_gives_up_when_it_is_told_to()
    {
        using var stop = new CancellationTokenSource();
        var stuck = new Recorder { Gate = new ManualResetEventSlim() };
        using var ahead = new ReadAhead([stuck], 1, repeats: false, stop.Token);
        stuck.OnRead = stop.Cancel;
        Assert.ThrowsAny<OperationCanceledException>(() => Read(ahead, 1, 0));
    }

    [Fact]
    public void No_batch_is_counted_as_ready_that_is_gone_though_its_reader_gave_up()
    {
        using var heard = new Measurements("convoy.batch.ready");
        using var stop = new CancellationTokenSource();
        var stuck = new Recorder { Gate = new ManualResetEventSlim(initialState: true) };
        using (var ahead = new ReadAhead([stuck], 2, repeats: false, stop.Token))
        {
            Read(ahead, 1, 0);
            stuck.Gate.Reset();
            stop.Cancel();
            Assert.ThrowsAny<OperationCanceledException>(() => Read(ahead, 1, 1));
        }
        Assert.InRange(heard.Of("convoy.batch.ready").Count, 2, int.MaxValue);
        Assert.Equal(0, heard.Sum("convoy.batch.ready"));
    }

    /// <summary>Notes what is asked of it.</summary>
    sealed class Recorder : IBatchSource
    {
        public List<(int Epoch, int Step)> Asked { get; } = [];
        public int FailsAt { get; init; } = -1;
        public ManualResetEventSlim? Gate { get; init; }
        public Action? OnRead { get; set; }
        public BatchLayout Layout { get; } = new(Samples: 10, BatchSize: 2, Rank: 0, World: 1, PictureBytes: 1);

        public BatchShare Read(int epoch, int step, Span<byte> pictures, Span<SoftLabel> labels)
        {
            Asked.Add((epoch, step));
            OnRead?.Invoke();
            Gate?.Wait(Cancel);
            return step == FailsAt ? throw new DataException($"step {step}") : Layout.ShareOf(step);
        }

        public void Dispose() => Gate?.Set();
    }
}
