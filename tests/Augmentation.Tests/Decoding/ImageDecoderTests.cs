using Convoy.Augmentation.Decoding;
using Convoy.Shared.Models;
using Convoy.Shared.Tests.Data;
using SkiaSharp;

namespace Convoy.Augmentation.Tests.Decoding;

public sealed class ImageDecoderTests : IDisposable
{
    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    /// <summary>Written by another library than the one that reads.</summary>
    string Picture(int width, int height, Func<int, int, SKColor> color)
    {
        using var bitmap = new SKBitmap(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, color(x, y));
        var path = _place.In("picture.png");
        using var file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        return path;
    }

    [Fact]
    public void Colours_come_as_red_green_blue_row_by_row()
    {
        var path = Picture(2, 2, (x, y) => (x, y) switch { (0, 0) => new(255, 0, 0), (1, 0) => new(0, 255, 0), (0, 1) => new(0, 0, 255), _ => new(1, 2, 3) });

        Assert.Equal([255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3], ImageDecoder.Decode(path, Shape.Image(2, 2, 3)));
    }

    [Fact]
    public void One_channel_is_grey_by_the_luma_of_BT_601()
    {
        var path = Picture(2, 1, (x, _) => x == 0 ? new(255, 0, 0) : new(0, 255, 0));

        Assert.Equal([76, 150], ImageDecoder.Decode(path, Shape.Image(1, 2, 1)));
    }

    [Fact]
    public void A_larger_picture_shrinks_to_the_mean_of_its_areas()
    {
        var path = Picture(4, 2, (x, y) => new SKColor((byte)(x * 20 + y * 4), 0, 0));

        Assert.Equal([12, 0, 0, 52, 0, 0], ImageDecoder.Decode(path, Shape.Image(1, 2, 3)));
    }

    [Fact]
    public void A_smaller_picture_grows()
    {
        var path = Picture(1, 1, (_, _) => new SKColor(9, 8, 7));

        Assert.Equal([9, 8, 7, 9, 8, 7, 9, 8, 7, 9, 8, 7], ImageDecoder.Decode(path, Shape.Image(2, 2, 3)));
    }

    [Theory]
    [InlineData("missing.png", null)]
    [InlineData("empty.png", "")]
    [InlineData("text.png", "this is no picture")]
    public void What_is_no_picture_is_named(string name, string? content)
    {
        var path = content is null ? _place.In(name) : _place.Write(name, content);

        var error = Assert.Throws<DecodeException>(() => ImageDecoder.Decode(path, Shape.Image(2, 2, 1)));

        Assert.StartsWith(path, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_truncated_picture_is_named()
    {
        var path = Picture(40, 40, (x, y) => new SKColor((byte)(x * y), (byte)x, (byte)y));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..40]);

        Assert.StartsWith(path, Assert.Throws<DecodeException>(() => ImageDecoder.Decode(path, Shape.Image(2, 2, 1))).Message);
    }
}
