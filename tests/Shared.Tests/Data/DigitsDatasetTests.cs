using Convoy.Shared.Data;
using Convoy.Shared.Data.Digits;
using Convoy.Shared.Models;

namespace Convoy.Shared.Tests.Data;

public sealed class DigitsDatasetTests
{
    [Fact]
    public void The_digest_is_of_what_is_drawn()
    {
        Assert.Equal(DigitsDataset.Create(20, 5, 10, seed: 1).Contents.Digest, DigitsDataset.Create(20, 5, 10, seed: 1).Contents.Digest);
        Assert.Equal(4, new[] { (20, 5, 10, 1), (21, 5, 10, 1), (20, 6, 10, 1), (20, 5, 10, 2) }.Select(of => DigitsDataset.Create(of.Item1, of.Item2, of.Item3, of.Item4).Contents.Digest).Distinct().Count());
    }

    [Fact]
    public void Digits_have_ten_classes_and_mnists_shape()
    {
        Dataset data = DigitsDataset.Create(20, 0, 10, seed: 1);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], data.Classes);
        Assert.Equal(Shape.Image(28, 28, 1), data.Train.Shape);
        Assert.Equal((20, 0, 10), (data.Train.Count, data.Validation.Count, data.Test.Count));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(507)]
    public void Classes_are_balanced(int count)
    {
        Dataset data = DigitsDataset.Create(count, count, count, seed: 2);
        foreach (Split split in Enum.GetValues<Split>())
        {
            var counts = Labels(data[split]).CountBy(label => label).ToDictionary();
            Assert.Equal(10, counts.Count);
            Assert.All(counts.Values, n => Assert.InRange(n, count / 10, (count / 10) + 1));
        }
    }

    [Fact]
    public void Classes_come_in_no_fixed_order()
    {
        int[] labels = Labels(DigitsDataset.Create(1_000, 0, 0, seed: 3).Train);
        var atFirstOfTen = labels.Where((_, i) => i % 10 == 0).CountBy(label => label).ToDictionary();
        Assert.Equal(10, atFirstOfTen.Count);
        Assert.Equal(100, labels.Chunk(10).Select(ten => string.Concat(ten)).Distinct().Count());
    }

    [Fact]
    public void The_same_seed_draws_the_same_pictures_whatever_the_sizes()
    {
        Dataset small = DigitsDataset.Create(30, 20, 10, seed: 4);
        Dataset large = DigitsDataset.Create(200, 50, 15, seed: 4);
        foreach (Split split in Enum.GetValues<Split>())
            Assert.Equal(Samples(small[split]), Samples(large[split])[..small[split].Count]);
    }

    [Fact]
    public void A_painter_draws_an_index_alike_whatever_it_drew_before()
    {
        var fresh = new byte[DigitPainter.Size * DigitPainter.Size];
        var used = new byte[fresh.Length];
        new DigitPainter(5).Paint(7, fresh);
        var painter = new DigitPainter(5);
        for (int index = 0; index < 7; index++)
            painter.Paint(index, used);
        painter.Paint(7, used);
        Assert.Equal(fresh, used);
    }

    [Fact]
    public void No_picture_comes_twice_in_the_splits_or_with_another_seed()
    {
        string[] pictures =
        [
            .. new[] { 6, 7 }.Select(seed => DigitsDataset.Create(400, 300, 300, seed))
                .SelectMany(data => Samples(data.Train).Concat(Samples(data.Validation)).Concat(Samples(data.Test))),
        ];
        Assert.Equal(2_000, pictures.Distinct().Count());
    }

    /// <summary>MNIST: 19 % of the pixels have ink, 13 % of full brightness on average.</summary>
    [Fact]
    public void Pictures_are_bright_strokes_on_black_with_a_free_border()
    {
        IImageSet set = DigitsDataset.Create(1_000, 0, 0, seed: 8).Train;
        double brightness = 0;
        for (int i = 0; i < set.Count; i++)
        {
            byte[] picture = Picture(set, i);
            brightness += picture.Average(pixel => pixel / 255.0) / set.Count;
            Assert.InRange(picture.Max(), 60, 255);
            // The noise reaches some five deviations of 14.
            Assert.InRange(Enumerable.Range(0, 28).Max(k => Math.Max(Math.Max(picture[k], picture[(27 * 28) + k]), Math.Max(picture[k * 28], picture[(k * 28) + 27]))), 0, 90);
        }
        Assert.InRange(brightness, 0.06, 0.2);
    }

    [Fact]
    public void More_pictures_than_memory_holds_are_refused() =>
        Assert.Contains("data: train", Assert.Throws<DataException>(() => DigitsDataset.Create(10_000_000, 0, 0, seed: 1)).Message);

    /// <summary>Worth learning, and worth a convolutional network: a linear model must neither fail nor suffice.</summary>
    [Fact]
    public void A_linear_model_learns_the_digits_only_in_part()
    {
        Dataset data = DigitsDataset.Create(6_000, 0, 2_000, seed: 9);
        var model = new SoftmaxRegression(inputs: 28 * 28, classes: 10);
        for (int epoch = 0; epoch < 12; epoch++)
            model.TrainEpoch(data.Train, SeededRandom.Of("sgd", epoch), learningRate: 0.02f);
        Assert.InRange(model.Accuracy(data.Test), 0.6, 0.95);
        Assert.InRange(model.Accuracy(data.Train), 0.85, 1);
    }

    private static int[] Labels(IImageSet set) => [.. Enumerable.Range(0, set.Count).Select(set.Label)];

    private static byte[] Picture(IImageSet set, int index)
    {
        var bytes = new byte[set.Shape.Count];
        set.Read(index, bytes);
        return bytes;
    }

    private static string[] Samples(IImageSet set) =>
        [.. Enumerable.Range(0, set.Count).Select(i => $"{Convert.ToHexString(Picture(set, i))} {set.Label(i)}")];
}
