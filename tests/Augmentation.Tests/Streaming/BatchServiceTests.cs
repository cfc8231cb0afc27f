using System.Net;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Transport;

namespace Convoy.Augmentation.Tests.Streaming;

/// <summary>Streams over real sockets, without a cluster: the directory knows its services.</summary>
public sealed class BatchServiceTests : IDisposable
{
    static readonly TrainingSpec Spec = SpecReader.Read("""
        data: {kind: digits, train: 200, validation: 20, test: 1}
        augmentation: {rotation_range: 10, horizontal_flip: true}
        model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 10, activation: softmax}}]}
        batch_size: 8
        """, "test");

    readonly Dataset _data = Shared.Data.Datasets.Open(Spec.Data, Spec.Seed);
    volatile Augmenter[] _augmenters = []; // readers' threads ask meanwhile

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Array.ForEach(_augmenters, augmenter => augmenter.Dispose());

    Augmenter Add(Dataset? data = null)
    {
        var augmenter = new Augmenter(data ?? _data);
        _augmenters = [.. _augmenters, augmenter];
        return augmenter;
    }

    IDataFeed Feed(string? record = null) => new StreamedFeed(new StreamSet(new Directory(() => _augmenters), "job", SpecWriter.Write(Spec), 8, record, Cancel), Spec, null);

    static byte[] Epoch(IDataFeed feed, int epoch, Action<int>? before = null)
    {
        using var source = feed.Open(Split.Train, 1, 2, Cancel);
        var bytes = new List<byte>();
        var (pictures, labels) = (new byte[source.Layout.MaxShare * source.Layout.PictureBytes], new SoftLabel[source.Layout.MaxShare]);
        for (var step = 0; step < source.Layout.StepsPerEpoch; step++)
        {
            before?.Invoke(step);
            var share = source.Read(epoch, step, pictures, labels);
            bytes.AddRange(pictures.Take(share.Count * source.Layout.PictureBytes));
            bytes.AddRange(labels.Take(share.Count).Select(label => (byte)label.Class));
        }
        return [.. bytes];
    }

    [Fact]
    public void What_comes_over_the_wire_is_what_is_made_here()
    {
        Add();
        var (streamed, local) = (Feed(), new LocalFeed(_data, Spec));
        Assert.Equal(local.Card.Digest, streamed.Card.Digest);
        Assert.Equal([200, 20, 1], streamed.Card.Samples);
        Assert.Equal(Epoch(local, 3), Epoch(streamed, 3));
    }

    [Fact]
    public void A_stream_that_dies_is_replaced_and_the_next_batch_is_the_next_batch()
    {
        var (first, _) = (Add(), Add());
        var expected = Epoch(new LocalFeed(_data, Spec), 3);
        Assert.Equal(expected, Epoch(Feed(), 3, step => { if (step == 2) first.Dispose(); }));
        Assert.True(first.WasAsked);
    }

    [Fact]
    public void When_no_augmenter_is_left_the_reader_hears_it()
    {
        var only = Add();
        var feed = Feed();
        Assert.Throws<StreamLostException>(() => Epoch(feed, 1, step =>
        {
            if (step != 2) return;
            _augmenters = [];
            only.Dispose();
        }));
    }

    [Fact]
    public void Augmenters_that_see_other_data_than_most_are_left_out_and_named()
    {
        var (other, _, _) = (Add(Shared.Data.Datasets.Open(Spec.Data, Spec.Seed + 1)), Add(), Add());
        var feed = Feed();
        other.Dispose();
        Assert.Equal(Epoch(new LocalFeed(_data, Spec), 3), Epoch(feed, 3));
        Assert.StartsWith("augmenter 127.0.0.1:", Assert.Single(feed.LeftOut), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_augmenters_that_differ_the_first_counts_unless_the_other_sees_what_the_training_began_with()
    {
        var others = Shared.Data.Datasets.Open(Spec.Data, Spec.Seed + 1);
        Add();
        Add(others);
        Assert.Equal(_data.Contents.Digest, Feed().Card.Digest);
        Assert.Equal(others.Contents.Digest, Feed(others.Contents.Digest).Card.Digest);
    }

    [Fact]
    public void A_picture_that_was_damaged_meanwhile_ends_the_reading_with_its_name()
    {
        var pictures = new Damaged(_data.Train);
        Add(_data with { Train = pictures });
        var feed = Feed();
        pictures.Index = 7;
        Assert.StartsWith("cat.7.jpg: cut short (augmenter 127.0.0.1:", Assert.Throws<DataException>(() => Epoch(feed, 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((int)Split.Train, 2, 2)]
    [InlineData(7, 0, 1)]
    [InlineData((int)Split.Train, 0, int.MaxValue)]
    public void Whoever_asks_for_nonsense_is_closed_and_nobody_else(int split, int rank, int world)
    {
        var augmenter = Add();
        var opened = augmenter.Opened("job/0");
        using (var connection = DataPlane.Connect(opened.Host, opened.Port, BatchWire.HelloOf(opened.StreamId, opened.Secret), TimeSpan.Zero, TimeSpan.FromSeconds(5), null, Cancel))
        {
            connection.Send(new FrameHeader(FrameKind.BatchStart, split, rank, world, 0), []);
            Assert.ThrowsAny<IOException>(() => connection.ReceiveHeader(0));
        }
        Assert.NotEmpty(Epoch(Feed(), 1));
    }

    [Fact]
    public void A_step_that_there_is_not_closes_the_connection()
    {
        var opened = Add().Opened("job/0");
        using var connection = DataPlane.Connect(opened.Host, opened.Port, BatchWire.HelloOf(opened.StreamId, opened.Secret), TimeSpan.Zero, TimeSpan.FromSeconds(5), null, Cancel);
        BatchWire.Start(connection, Split.Train, 0, 1);
        BatchWire.Ask(connection, 1, 25);
        Assert.ThrowsAny<IOException>(() => connection.ReceiveHeader(0));
    }

    /// <summary>A data plane with a service for every stream that it is asked to open.</summary>
    sealed class Augmenter(Dataset data) : IDisposable
    {
        readonly DataPlane _plane = DataPlane.Listen(IPAddress.Loopback);
        readonly List<BatchService> _services = [];

        public bool WasAsked { get; private set; }

        public StreamOpened Opened(string streamId)
        {
            lock (_services)
            {
                WasAsked = true;
                var secret = new byte[32];
                _services.Add(new BatchService(_plane, BatchWire.HelloOf(streamId, secret), data, Spec));
                return new StreamOpened(streamId, "127.0.0.1", _plane.Port, secret, DatasetCard.Of(data, Spec));
            }
        }

        public void Dispose()
        {
            _plane.Dispose();
            lock (_services) _services.ForEach(service => service.Dispose());
        }
    }

    /// <summary>Deals streams out in turn.</summary>
    sealed class Directory(Func<Augmenter[]> augmenters) : IStreamDirectory
    {
        public bool HasAugmenters => augmenters().Length > 0;

        public Task<StreamOpened> OpenAsync(OpenStream request, CancellationToken cancel) => augmenters() is { Length: > 0 } known
            ? Task.FromResult(known[int.Parse(request.StreamId.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture) % known.Length].Opened(request.StreamId))
            : Task.FromException<StreamOpened>(new StreamLostException("no augmenter of the cluster can be reached"));
    }

    sealed class Damaged(IImageSet whole) : IImageSet
    {
        public int? Index { get; set; }
        public int Count => whole.Count;
        public Shape Shape => whole.Shape;
        public int Label(int index) => whole.Label(index);
        public void Read(int index, Span<byte> target)
        {
            if (index == Index) throw new DataException("cat.7.jpg: cut short");
            whole.Read(index, target);
        }
    }
}
