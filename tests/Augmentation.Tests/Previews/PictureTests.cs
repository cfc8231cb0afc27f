using Convoy.Augmentation.Previews;
using Convoy.Shared.Models;
using SkiaSharp;

namespace Convoy.Augmentation.Tests.Previews;

/// <summary>Pictures of what a model sees, read back by Skia.</summary>
public sealed class PictureTests
{
    static byte[] Filled(Shape shape, params byte[] pixel) => [.. Enumerable.Repeat(pixel, shape.Height * shape.Width).SelectMany(each => each)];

    [Fact]
    public void A_grid_of_64_patterns_is_8_by_8_with_5_pixels_between_them()
    {
        var shape = Shape.Image(15, 15, 3);
        using var grid = SKBitmap.Decode(PictureGrid.Png(shape, [.. Enumerable.Range(0, 64).Select(place => Filled(shape, (byte)(place * 3 + 1), 10, 20))]));

        Assert.Equal((8 * 15 + 7 * 5, 8 * 15 + 7 * 5), (grid.Width, grid.Height));
        Assert.Equal(new SKColor(1, 10, 20), grid.GetPixel(14, 14));
        Assert.Equal(SKColors.Black, grid.GetPixel(15, 15));
        Assert.Equal(new SKColor(63 * 3 + 1, 10, 20), grid.GetPixel(154, 154));
    }

    // Of OpenCV's jet, 0 is dark blue (0, 0, 128) and 255 dark red (128, 0, 0).
    [Fact]
    public void Heat_lies_over_the_picture_at_an_opacity_of_two_fifths()
    {
        var shape = Shape.Image(4, 6, 3);
        var (cold, hot) = (HeatPicture.Blend(Filled(shape, 100, 200, 50), shape, [0], 1, 1), HeatPicture.Blend(Filled(shape, 100, 200, 50), shape, [1], 1, 1));

        Assert.Equal([60, 120, 81], cold[..3].Select(level => (int)level));
        Assert.Equal([111, 120, 30], hot[..3].Select(level => (int)level));
    }

    [Fact]
    public void Heat_is_stretched_over_the_whole_picture_and_a_grey_picture_gets_colours()
    {
        var shape = Shape.Image(4, 8, 1);
        var blended = HeatPicture.Blend(Filled(shape, 100), shape, [0, 1], 1, 2);

        Assert.Equal(4 * 8 * 3, blended.Length);
        Assert.True(blended[2] > blended[0], "left is blue");
        Assert.True(blended[^3] > blended[^1], "right is red");
    }

    [Fact]
    public void Channels_stand_16_a_row_each_scaled_to_itself_and_one_that_says_nothing_is_the_colour_of_the_middle()
    {
        var maps = Enumerable.Range(0, 20).Select(place => place == 17 ? Enumerable.Repeat(3f, 100 * 100).ToArray() : [.. Enumerable.Range(0, 100 * 100).Select(at => at % 100 < 50 ? 0f : place + 1)]).ToList();
        using var grid = SKBitmap.Decode(ChannelGrid.Png("layer", 100, 100, maps));

        Assert.Equal(1 + 16 * 101, grid.Width);
        Assert.Equal(30 + 2 * 101, grid.Height);
        // Two levels, half of each, lie one deviation below and above the middle: 64 and 192 of viridis.
        foreach (var (x, y) in new[] { (1, 30), (1 + 15 * 101, 30), (1, 131) })
        {
            Assert.Equal(grid.GetPixel(1 + 10, 40), grid.GetPixel(x + 10, y + 10));
            Assert.Equal(grid.GetPixel(1 + 90, 40), grid.GetPixel(x + 90, y + 10));
        }
        Assert.NotEqual(grid.GetPixel(11, 40), grid.GetPixel(91, 40));
        var middle = grid.GetPixel(1 + 101 + 50, 131 + 50);
        Assert.Equal((33, 145, 140), (middle.Red, middle.Green, middle.Blue)); // viridis at 128, as matplotlib has it
    }
}
