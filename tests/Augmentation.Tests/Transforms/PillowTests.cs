using System.Text.Json;
using Convoy.Augmentation.Transforms;
using Convoy.Shared.Models;

namespace Convoy.Augmentation.Tests.Transforms;

/// <summary>Changes of colour against what Pillow makes of the same picture (pillow.py). Pillow truncates where ours round, and rounds its greys: 1 level apart.</summary>
public sealed class PillowTests
{
    static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    sealed record Reference(int Width, int Height, string Picture, Case[] Cases);

    sealed record Case(string Kind, double Amount, string Bytes);

    static readonly Reference Pillow = Read();

    static Reference Read()
    {
        using var file = typeof(PillowTests).Assembly.GetManifestResourceStream("pillow.json")!;
        return JsonSerializer.Deserialize<Reference>(file, Snake)!;
    }

    [Theory]
    [InlineData(ColorKind.Brightness, 1)]
    [InlineData(ColorKind.Contrast, 2)]
    [InlineData(ColorKind.Saturation, 2)]
    [InlineData(ColorKind.Sharpness, 1)]
    [InlineData(ColorKind.Solarize, 0)]
    [InlineData(ColorKind.Posterize, 0)]
    [InlineData(ColorKind.AutoContrast, 0)]
    [InlineData(ColorKind.Equalize, 0)]
    public void Colours_change_as_in_Pillow(ColorKind kind, int tolerance)
    {
        var cases = Pillow.Cases.Where(each => each.Kind == SnakeCase.Of(kind.ToString())).ToList();
        Assert.NotEmpty(cases);
        foreach (var each in cases)
        {
            var picture = Convert.FromHexString(Pillow.Picture);

            new PictureTransformer(Shape.Image(Pillow.Height, Pillow.Width, 3)).Apply(new PictureTransform { Colors = [new(kind, each.Amount)] }, picture);

            Assert.All(picture.Zip(Convert.FromHexString(each.Bytes), (ours, pillows) => Math.Abs(ours - pillows)), distance => Assert.InRange(distance, 0, tolerance));
        }
    }

    [Fact]
    public void Keras_brightness_is_Pillows_to_the_bit()
    {
        foreach (var each in Pillow.Cases.Where(each => each.Kind == "brightness"))
        {
            var picture = Convert.FromHexString(Pillow.Picture);
            new PictureTransformer(Shape.Image(Pillow.Height, Pillow.Width, 3)).Apply(new PictureTransform { Brightness = each.Amount }, picture);
            Assert.Equal(Convert.FromHexString(each.Bytes), picture);
        }
    }
}
