using Convoy.Augmentation.Streaming;
using Convoy.Augmentation.Transforms;
using Convoy.Shared.Data;
using Convoy.Shared.Data.Digits;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Tests.Transforms;

public sealed class AugmenterTests
{
    const int Size = 28 * 28;
    static readonly IImageSet Digits = DigitsDataset.Create(70, 0, 0, seed: 3).Train;

    static readonly AugmentationSpec Keras = new()
    {
        RotationRange = 30,
        WidthShiftRange = 0.2,
        HeightShiftRange = 2,
        ShearRange = 10,
        ZoomRange = new(0.8, 1.2),
        ChannelShiftRange = 20,
        BrightnessRange = new(0.7, 1.3),
        HorizontalFlip = true,
        FillMode = FillMode.Constant,
    };

    static readonly AugmentationSpec Everything = Keras with
    {
        RandomResizedCrop = new(),
        ColorJitter = new() { Brightness = new(0.5, 1.5), Contrast = new(0.5, 1.5), Hue = 0.1 },
        RandAugment = new(),
        Cutout = new(),
        Mixup = new(),
        Cutmix = new(),
    };

    static (byte[] Pictures, SoftLabel[] Labels) Epoch(AugmentationSpec? spec, int epoch, int world, int seed = 1)
    {
        var (pictures, labels) = (new List<byte>(), new List<SoftLabel>());
        var ranks = Enumerable.Range(0, world).Select(rank => new DatasetBatches(Digits, 32, seed, shuffled: true, rank, world, spec)).ToList();
        for (var step = 0; step < ranks[0].Layout.StepsPerEpoch; step++)
            foreach (var rank in ranks)
            {
                var (bytes, soft) = (new byte[rank.Layout.MaxShare * Size], new SoftLabel[rank.Layout.MaxShare]);
                var count = rank.Read(epoch, step, bytes, soft).Count;
                pictures.AddRange(bytes.Take(count * Size));
                labels.AddRange(soft.Take(count));
            }
        return ([.. pictures], [.. labels]);
    }

    [Fact]
    public void Worlds_of_1_2_and_3_ranks_see_the_same_batches()
    {
        var (pictures, labels) = Epoch(Everything, 3, world: 1);
        Assert.Equal(70 * Size, pictures.Length);
        foreach (var world in new[] { 1, 2, 3 })
        {
            var (again, labelsAgain) = Epoch(Everything, 3, world);
            Assert.Equal(pictures, again);
            Assert.Equal(labels, labelsAgain);
        }
    }

    [Fact]
    public void Another_epoch_or_seed_sees_other_pictures_of_the_same_samples()
    {
        Assert.NotEqual(One(epoch: 1, seed: 1), One(epoch: 2, seed: 1));
        Assert.NotEqual(One(epoch: 1, seed: 1), One(epoch: 1, seed: 2));
        Assert.Equal(One(epoch: 1, seed: 1), One(epoch: 1, seed: 1));

        static byte[] One(int epoch, int seed)
        {
            var picture = new byte[Size];
            new Augmenter(Keras, Digits, seed).Read(epoch, 5, picture);
            return picture;
        }
    }

    [Fact]
    public void Many_threads_make_the_pictures_that_one_makes()
    {
        var augmenter = new Augmenter(Everything, Digits, 1);
        var serial = Enumerable.Range(0, 70).Select(sample => Read(augmenter, sample)).ToArray();
        var parallel = new byte[70 * 8][];

        Parallel.For(0, parallel.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => parallel[i] = Read(augmenter, i % 70));

        for (var i = 0; i < parallel.Length; i++) Assert.Equal(serial[i % 70], parallel[i]);
    }

    static byte[] Read(Augmenter augmenter, int sample)
    {
        var picture = new byte[Size];
        augmenter.Read(1, sample, picture);
        return picture;
    }

    [Fact]
    public void A_picture_allocates_nothing()
    {
        var augmenter = new Augmenter(Keras with { Cutout = new(), Mixup = new(), Cutmix = new() }, Digits, 1);
        var picture = new byte[Size];
        for (var sample = 0; sample < 70; sample++) augmenter.Read(1, sample, picture);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var sample = 0; sample < 70; sample++) augmenter.Read(2, sample, picture);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Without_augmentation_pictures_are_as_they_are()
    {
        var (pictures, labels) = Epoch(null, 1, world: 1);
        var order = new SampleOrder(70, 32, 1).Permutation(1);
        var plain = new byte[Size];
        for (var i = 0; i < order.Length; i++)
        {
            Digits.Read(order[i], plain);
            Assert.Equal(plain, pictures.AsSpan(i * Size, Size));
            Assert.Equal(SoftLabel.Of(Digits.Label(order[i])), labels[i]);
        }
    }

    static readonly Shape Pixel = Shape.Image(10, 10, 1);

    [Fact]
    public void Mixup_blends_pictures_and_labels_in_the_same_proportion()
    {
        var mixing = new Mixing(Partner: 0, Part: 0.25, Pasted: null);
        var picture = Enumerable.Repeat((byte)200, 100).ToArray();
        mixing.Apply(picture, Enumerable.Repeat((byte)100, 100).ToArray(), Pixel);
        Assert.All(picture, level => Assert.Equal(125, level));
        Assert.Equal(new SoftLabel(7, 3, 0.25f), mixing.Label(own: 3, other: 7));
        Assert.Equal(new SoftLabel(3, 7, 0.25f), (mixing with { Part = 0.75 }).Label(own: 3, other: 7));
        Assert.Equal(SoftLabel.Of(3), mixing.Label(own: 3, other: 3));
    }

    [Fact]
    public void Cutmix_gives_the_other_label_the_share_of_pixels_that_were_pasted()
    {
        var spec = new AugmentationSpec { Cutmix = new() };
        for (var sample = 0; sample < 200; sample++)
        {
            var mixing = Mixing.Draw(spec, 10, Pixel, SeededRandom.Of("mixing", 1, 1, sample))!.Value;
            var picture = new byte[100];
            mixing.Apply(picture, Enumerable.Repeat((byte)255, 100).ToArray(), Pixel);
            Assert.Equal(1 - mixing.Part, picture.Count(level => level == 255) / 100.0, 9);
            Assert.InRange(mixing.Label(0, 1).OtherShare, 0, 0.5f);
        }
    }
}
