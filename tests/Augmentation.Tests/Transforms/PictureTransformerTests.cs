using Convoy.Augmentation.Transforms;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Tests.Transforms;

public sealed class PictureTransformerTests
{
    static byte[] Apply(PictureTransform transform, int height, int width, byte[] picture, FillMode fill = FillMode.Nearest, double cval = 0)
    {
        var result = picture.ToArray();
        new PictureTransformer(Shape.Image(height, width, picture.Length / height / width), fill, cval).Apply(transform, result);
        return result;
    }

    static readonly byte[] Row = [10, 20, 30, 40];

    [Fact]
    public void A_picture_that_nothing_happens_to_stays() => Assert.Equal(Row, Apply(new(), 1, 4, Row));

    [Theory]
    [InlineData(FillMode.Nearest, new byte[] { 30, 40, 40, 40 }, new byte[] { 10, 10, 10, 20 })]
    [InlineData(FillMode.Reflect, new byte[] { 30, 40, 40, 30 }, new byte[] { 20, 10, 10, 20 })]
    [InlineData(FillMode.Constant, new byte[] { 30, 40, 7, 7 }, new byte[] { 7, 7, 10, 20 })]
    [InlineData(FillMode.Wrap, new byte[] { 30, 40, 10, 20 }, new byte[] { 30, 40, 10, 20 })]
    public void Shifts_move_along_their_own_side_and_the_fill_mode_says_what_comes_in(FillMode fill, byte[] forth, byte[] back)
    {
        Assert.Equal(forth, Apply(new() { ShiftX = 2 }, 1, 4, Row, fill, 7));
        Assert.Equal(back, Apply(new() { ShiftX = -2 }, 1, 4, Row, fill, 7));
        Assert.Equal(forth, Apply(new() { ShiftY = 2 }, 4, 1, Row, fill, 7));
        Assert.Equal(back, Apply(new() { ShiftY = -2 }, 4, 1, Row, fill, 7));
    }

    [Fact]
    public void A_constant_fill_begins_where_the_source_ends_and_does_not_blend() =>
        Assert.Equal([15, 25, 35, 200], Apply(new() { ShiftX = 0.5 }, 1, 4, Row, FillMode.Constant, 200));

    [Fact]
    public void Flips_come_after_the_shift()
    {
        Assert.Equal([40, 40, 30, 20], Apply(new() { ShiftX = 1, FlipHorizontal = true }, 1, 4, Row));
        Assert.Equal([40, 30, 20, 10], Apply(new() { FlipVertical = true }, 4, 1, Row));
    }

    [Fact]
    public void A_quarter_turn_of_a_square_keeps_every_pixel() =>
        Assert.Equal([3, 6, 9, 2, 5, 8, 1, 4, 7], Apply(new() { Rotation = 90 }, 3, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9]).Select(level => (int)level));

    [Fact]
    public void A_picture_that_is_not_square_turns_about_its_true_centre() =>
        Assert.Equal([6, 5, 4, 3, 2, 1], Apply(new() { Rotation = 180 }, 2, 3, [1, 2, 3, 4, 5, 6]).Select(level => (int)level));

    [Fact]
    public void A_zoom_of_one_half_shows_the_middle_half() =>
        Assert.Equal([18, 23, 28, 33], Apply(new() { ZoomX = 0.5 }, 1, 4, Row).Select(level => (int)level));

    [Fact]
    public void A_crop_is_stretched_to_the_whole() =>
        Assert.Equal([28, 33, 38, 40], Apply(new() { Crop = new(2, 0, 2, 1) }, 1, 4, Row).Select(level => (int)level));

    [Fact]
    public void A_channel_shift_stays_within_the_pictures_darkest_and_lightest() =>
        Assert.Equal([25, 35, 40, 40], Apply(new() { ChannelShift = 15 }, 1, 4, Row).Select(level => (int)level));

    [Fact]
    public void Brightness_multiplies_up_to_white() =>
        Assert.Equal([25, 255, 127, 0], Apply(new() { Brightness = 2.5 }, 1, 4, [10, 200, 51, 0]).Select(level => (int)level));

    [Fact]
    public void A_turn_of_hue_keeps_the_luma()
    {
        byte[] picture = [120, 90, 70, 60, 110, 140];
        var turned = Apply(new() { Colors = [new(ColorKind.Hue, 0.25)] }, 1, 2, picture);
        static double Luma(byte[] p, int at) => 0.299 * p[at] + 0.587 * p[at + 1] + 0.114 * p[at + 2];
        Assert.Equal(Luma(picture, 0), Luma(turned, 0), 0.6);
        Assert.Equal(Luma(picture, 3), Luma(turned, 3), 0.6);
        Assert.NotEqual(picture, turned);
    }

    [Fact]
    public void A_whole_turn_of_hue_changes_nothing() =>
        Assert.Equal([120, 90, 70], Apply(new() { Colors = [new(ColorKind.Hue, 1)] }, 1, 1, [120, 90, 70]).Select(level => (int)level));

    [Fact]
    public void Linear_changes_of_colour_commute()
    {
        byte[] picture = [120, 90, 70, 60, 110, 140, 100, 100, 100];
        ColorStep[] steps = [new(ColorKind.Brightness, 1.1), new(ColorKind.Contrast, 0.7), new(ColorKind.Saturation, 1.3), new(ColorKind.Hue, 0.1)];
        Assert.Equal(Apply(new() { Colors = steps }, 1, 3, picture), Apply(new() { Colors = [.. steps.Reverse()] }, 1, 3, picture));
    }

    [Fact]
    public void A_cutout_blanks_what_of_it_lies_in_the_picture() =>
        Assert.Equal([1, 2, 3, 4, 0, 0, 7, 0, 0], Apply(new() { Cutout = new(1, 1, 5, 5) }, 3, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9]).Select(level => (int)level));

    [Fact]
    public void A_picture_of_five_channels_is_refused() =>
        Assert.Throws<ArgumentException>(() => new PictureTransformer(Shape.Image(2, 2, 5)));
}
