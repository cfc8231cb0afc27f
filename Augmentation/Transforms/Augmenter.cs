using Convoy.Augmentation.Streaming;
using Convoy.Shared.Data;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Transforms;

/// <summary>Training samples, transformed anew every epoch. A sample is a function of (seed, epoch, index): whoever asks, and how often, gets the
/// same bytes. Any number of threads may ask; each has buffers of its own, so that a picture allocates nothing.</summary>
/// <param name="spec">What may happen to a picture.</param>
/// <param name="images">The pictures.</param>
/// <param name="seed">The run's.</param>
public sealed class Augmenter(AugmentationSpec spec, IImageSet images, int seed)
{
    sealed class Bench(AugmentationSpec spec, IImageSet images)
    {
        public SeededRandom Random { get; } = SeededRandom.Of(0);
        public PictureTransformer Transformer { get; } = new(images.Shape, spec.FillMode, spec.Cval);
        public byte[] Partner { get; } = new byte[images.Shape.Count];
    }

    readonly ThreadLocal<Bench> _bench = new(() => new Bench(spec, images));

    /// <summary>Writes a sample's picture of an epoch and gives its label.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="sample">Index into the set.</param>
    /// <param name="picture">Exactly one picture long.</param>
    public SoftLabel Read(int epoch, int sample, Span<byte> picture)
    {
        var bench = _bench.Value!;
        Transformed(bench, epoch, sample, picture);
        bench.Random.Restart("mixing", seed, epoch, sample);
        if (Mixing.Draw(spec, images.Count, images.Shape, bench.Random) is not { } mixing)
            return SoftLabel.Of(images.Label(sample));
        Transformed(bench, epoch, mixing.Partner, bench.Partner);
        mixing.Apply(picture, bench.Partner, images.Shape);
        return mixing.Label(images.Label(sample), images.Label(mixing.Partner));
    }

    void Transformed(Bench bench, int epoch, int sample, Span<byte> picture)
    {
        images.Read(sample, picture);
        bench.Random.Restart("augmentation", seed, epoch, sample);
        bench.Transformer.Apply(TransformDraws.Draw(spec, images.Shape, bench.Random), picture, (byte)(spec.Cutout?.Fill ?? 0));
    }
}
