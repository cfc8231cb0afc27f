using Convoy.Augmentation.Transforms;
using Convoy.Shared.Data;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Streaming;

/// <summary>Batches straight from a data set in this process, shuffled anew each epoch or in order (to evaluate).</summary>
public sealed class DatasetBatches : IBatchSource
{
    readonly IImageSet _images;
    readonly Augmenter? _augmenter;
    readonly SampleOrder _order;
    readonly bool _shuffled;
    readonly int _rank;
    readonly int _world;
    int _epoch;
    int[] _permutation = [];

    /// <summary>The share of <paramref name="rank"/> in batches of <paramref name="batchSize"/> over the whole world; with an
    /// <paramref name="augmentation"/>, of transformed pictures.</summary>
    public DatasetBatches(IImageSet images, int batchSize, int seed, bool shuffled, int rank, int world, AugmentationSpec? augmentation = null)
    {
        _augmenter = augmentation is null ? null : new Augmenter(augmentation, images, seed);
        (_images, _shuffled, _rank, _world) = (images, shuffled, rank, world);
        _order = new SampleOrder(images.Count, batchSize, seed);
        MaxShare = (Math.Min(batchSize, images.Count) + world - 1) / world;
        PictureBytes = checked((int)images.Shape.Count);
    }

    /// <inheritdoc/>
    public int StepsPerEpoch => _order.StepsPerEpoch;
    /// <inheritdoc/>
    public int MaxShare { get; }
    /// <inheritdoc/>
    public int PictureBytes { get; }

    /// <inheritdoc/>
    public BatchShare Read(int epoch, int step, Span<byte> pictures, Span<SoftLabel> labels)
    {
        var batch = _order.Batch(PermutationOf(epoch), step).Span;
        var share = batch[SampleOrder.Share(batch.Length, _rank, _world)];
        for (var i = 0; i < share.Length; i++)
            labels[i] = Read(epoch, share[i], pictures.Slice(i * PictureBytes, PictureBytes));
        return new BatchShare(share.Length, batch.Length);
    }

    SoftLabel Read(int epoch, int sample, Span<byte> picture)
    {
        if (_augmenter is not null) return _augmenter.Read(epoch, sample, picture);
        _images.Read(sample, picture);
        return SoftLabel.Of(_images.Label(sample));
    }

    int[] PermutationOf(int epoch)
    {
        if (_permutation.Length == 0 || (_shuffled && epoch != _epoch))
            _permutation = _shuffled ? _order.Permutation(epoch) : [.. Enumerable.Range(0, _images.Count)];
        _epoch = epoch;
        return _permutation;
    }
}
