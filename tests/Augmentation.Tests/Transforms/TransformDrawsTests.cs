using Convoy.Augmentation.Transforms;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Tests.Transforms;

public sealed class TransformDrawsTests
{
    const int Count = 5000;
    static readonly Shape Picture = Shape.Image(100, 50, 3);

    static readonly AugmentationSpec Keras = new()
    {
        RotationRange = 40,
        WidthShiftRange = 0.2,
        HeightShiftRange = 0.1,
        ShearRange = 15,
        ZoomRange = new(0.7, 1.2),
        ChannelShiftRange = 30,
        BrightnessRange = new(0.5, 1.5),
        HorizontalFlip = true,
        VerticalFlip = true,
    };

    static PictureTransform[] Draw(AugmentationSpec spec) =>
        [.. Enumerable.Range(0, Count).Select(sample => TransformDraws.Draw(spec, Picture, SeededRandom.Of("augmentation", 1, 1, sample)))];

    // Kolmogorov and Smirnov: the largest gap between the draws' distribution and the uniform one; 1.95 / sqrt(n) is passed once in 1,000.
    static void AssertUniform(double low, double high, IEnumerable<double> draws)
    {
        var sorted = draws.Order().ToArray();
        Assert.InRange(sorted[0], low, high);
        Assert.InRange(sorted[^1], low, high);
        var gap = sorted.Select((draw, i) => Math.Abs((draw - low) / (high - low) - (i + 0.5) / sorted.Length)).Max();
        Assert.InRange(gap, 0, 1.95 / Math.Sqrt(sorted.Length));
    }

    [Fact]
    public void Ranges_are_drawn_from_uniformly_as_Keras_does()
    {
        var draws = Draw(Keras);
        AssertUniform(-40, 40, draws.Select(draw => draw.Rotation));
        AssertUniform(-0.2 * 50, 0.2 * 50, draws.Select(draw => draw.ShiftX));
        AssertUniform(-0.1 * 100, 0.1 * 100, draws.Select(draw => draw.ShiftY));
        AssertUniform(-15, 15, draws.Select(draw => draw.Shear));
        AssertUniform(0.7, 1.2, draws.Select(draw => draw.ZoomX));
        AssertUniform(0.7, 1.2, draws.Select(draw => draw.ZoomY));
        AssertUniform(-30, 30, draws.Select(draw => draw.ChannelShift));
        AssertUniform(0.5, 1.5, draws.Select(draw => draw.Brightness));
    }

    [Fact]
    public void Both_directions_zoom_independently()
    {
        var draws = Draw(Keras);
        var (x, y) = (draws.Average(draw => draw.ZoomX), draws.Average(draw => draw.ZoomY));
        var correlation = draws.Average(draw => (draw.ZoomX - x) * (draw.ZoomY - y)) / (0.5 * 0.5 / 12);
        Assert.InRange(correlation, -0.05, 0.05);
    }

    [Fact]
    public void Every_other_picture_is_flipped()
    {
        var draws = Draw(Keras);
        Assert.InRange(draws.Count(draw => draw.FlipHorizontal), 0.47 * Count, 0.53 * Count);
        Assert.InRange(draws.Count(draw => draw.FlipVertical), 0.47 * Count, 0.53 * Count);
        Assert.InRange(draws.Count(draw => draw.FlipHorizontal && draw.FlipVertical), 0.22 * Count, 0.28 * Count);
    }

    [Fact]
    public void A_shift_of_1_or_more_counts_in_pixels()
    {
        AssertUniform(-3, 3, Draw(new() { WidthShiftRange = 3 }).Select(draw => draw.ShiftX));
        AssertUniform(-1, 1, Draw(new() { HeightShiftRange = 1 }).Select(draw => draw.ShiftY));
    }

    [Fact]
    public void A_list_of_shifts_is_chosen_from_with_a_random_sign()
    {
        var draws = Draw(new() { WidthShiftRange = NumberOrList.List(4, 10), HeightShiftRange = NumberOrList.List(0.25) });
        double[] expected = [-10, -4, 4, 10];
        Assert.All(expected, shift => Assert.InRange(draws.Count(draw => draw.ShiftX == shift), 0.22 * Count, 0.28 * Count));
        Assert.Equal([-25.0, 25.0], draws.Select(draw => draw.ShiftY).Distinct().Order());
    }

    [Fact]
    public void Without_ranges_nothing_is_moved() =>
        Assert.All(Draw(new()), draw => Assert.Equal((Affine.Identity, 0.0, 1.0), (draw.Geometry(50, 100), draw.ChannelShift, draw.Brightness)));

    [Fact]
    public void Another_range_leaves_the_draws_of_the_first_as_they_were()
    {
        var all = Draw(Keras with { RandAugment = new(), Cutout = new(), ColorJitter = new() });
        Assert.Equal(Draw(new() { ShearRange = 15 }).Select(draw => draw.Shear), all.Select(draw => draw.Shear));
    }

    [Fact]
    public void Crops_have_the_areas_and_ratios_asked_for_and_lie_within()
    {
        var crops = Draw(new() { RandomResizedCrop = new() { Scale = new(0.2, 0.4), Ratio = new(0.5, 1) } }).Select(draw => draw.Crop!.Value).ToList();
        AssertUniform(0.2, 0.4, crops.Select(crop => crop.Width * crop.Height / 5000));
        AssertUniform(Math.Log(0.5), 0, crops.Select(crop => Math.Log(crop.Width / crop.Height)));
        Assert.All(crops, crop => Assert.True(crop is { X: >= 0, Y: >= 0 } && crop.X + crop.Width <= 50 && crop.Y + crop.Height <= 100));
    }

    [Fact]
    public void RandAugment_draws_all_of_its_operations_with_one_strength()
    {
        var draws = Draw(new() { RandAugment = new() { N = 1, M = 30 } });
        foreach (var kind in Enum.GetValues<ColorKind>().Where(kind => kind != ColorKind.Hue))
            Assert.InRange(draws.Count(draw => draw.Colors is [var step] && step.Kind == kind), 0.8 * Count / 14, 1.2 * Count / 14);
        Assert.InRange(draws.Count(draw => draw.Further != Affine.Identity), 4.6 * Count / 14, 5.4 * Count / 14);
        Assert.Equal([1 - 0.9, 1.9], draws.SelectMany(draw => draw.Colors).Where(step => step.Kind == ColorKind.Contrast).Select(step => step.Amount).Distinct().Order());
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(4)]
    public void The_part_of_a_mixup_follows_the_beta_distribution(double alpha)
    {
        var spec = new AugmentationSpec { Mixup = new() { Alpha = alpha } };
        var parts = Enumerable.Range(0, Count).Select(sample => Mixing.Draw(spec, 10, Picture, SeededRandom.Of("mixing", 1, 1, sample))!.Value).ToList();
        var variance = 1 / (4 * (2 * alpha + 1));
        Assert.InRange(parts.Average(mixing => mixing.Part), 0.48, 0.52);
        Assert.InRange(parts.Average(mixing => Math.Pow(mixing.Part - 0.5, 2)), 0.95 * variance, 1.05 * variance);
        Assert.All(Enumerable.Range(0, 10), partner => Assert.InRange(parts.Count(mixing => mixing.Partner == partner), 0.08 * Count, 0.12 * Count));
    }
}
