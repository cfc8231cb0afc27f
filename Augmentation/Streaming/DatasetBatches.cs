using Convoy.Augmentation.Transforms;
using Convoy.Shared.Data;
using Convoy.Shared.Specs;
using Convoy.Shared.Telemetry;

namespace Convoy.Augmentation.Streaming;

/// <summary>Batches made from a data set in this process, shuffled anew each epoch or in order (to evaluate).</summary>
public sealed class DatasetBatches : IBatchSource
{
    readonly IImageSet _images;
    readonly Augmenter? _augmenter;
    readonly SampleOrder _order;
    readonly bool _shuffled;
    int _epoch;
    int[] _permutation = [];

    /// <summary>The share of <paramref name="rank"/> in batches of <paramref name="batchSize"/> over the whole world; with an
    /// <paramref name="augmentation"/>, of transformed pictures.</summary>
    public DatasetBatches(IImageSet images, int batchSize, int seed, bool shuffled, int rank, int world, AugmentationSpec? augmentation = null)
    {
        _augmenter = augmentation is null ? null : new Augmenter(augmentation, images, seed);
        (_images, _shuffled) = (images, shuffled);
        _order = new SampleOrder(images.Count, batchSize, seed);
        Layout = BatchLayout.Of(images.Count, images.Shape, batchSize, rank, world);
    }

    /// <summary>A rank's shares of a split as a spec has them: training pictures shuffled and transformed, the others as they are.</summary>
    public static DatasetBatches Of(Dataset data, TrainingSpec spec, Split split, int rank, int world) =>
        new(data[split], spec.BatchSize, spec.Seed, shuffled: split == Split.Train, rank, world, split == Split.Train ? spec.Augmentation : null);

    /// <inheritdoc/>
    public BatchLayout Layout { get; }

    /// <inheritdoc/>
    public BatchShare Read(int epoch, int step, Span<byte> pictures, Span<SoftLabel> labels)
    {
        var batch = _order.Batch(PermutationOf(epoch), step).Span;
        var share = batch[SampleOrder.Share(batch.Length, Layout.Rank, Layout.World)];
        for (var i = 0; i < share.Length; i++)
            labels[i] = Read(epoch, share[i], pictures.Slice(i * Layout.PictureBytes, Layout.PictureBytes));
        Instruments.Pictures.Add(share.Length);
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
            _permutation = _order.Permutation(epoch, _shuffled);
        _epoch = epoch;
        return _permutation;
    }

    /// <inheritdoc/>
    public void Dispose() { }
}
