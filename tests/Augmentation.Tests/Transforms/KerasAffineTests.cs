using System.Runtime.InteropServices;
using System.Text.Json;
using Convoy.Augmentation.Transforms;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests;

namespace Convoy.Augmentation.Tests.Transforms;

/// <summary>Against pictures that Keras' own <c>ImageDataGenerator</c> computed, turned about Keras' own centre, which is not the picture's where it is not square.</summary>
public sealed class KerasAffineTests(ITestOutputHelper output)
{
    static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    sealed record Case(string Input, string Expected, int[] Shape, string FillMode, double Cval, Parameters Transform);

    sealed record Parameters(double Theta, double Tx, double Ty, double Shear, double Zx, double Zy, bool FlipHorizontal, bool FlipVertical);

    [Theory]
    [InlineData(FillMode.Nearest)]
    [InlineData(FillMode.Reflect)]
    [InlineData(FillMode.Constant)]
    [InlineData(FillMode.Wrap)]
    public void Every_case_is_within_0_4_grey_levels_on_average_and_2_for_99_of_100_pixels(FillMode fill)
    {
        var folder = RealData.Require("reference/keras_affine");
        var cases = JsonSerializer.Deserialize<Case[]>(File.ReadAllText(Path.Combine(folder, "manifest.json")), Snake)!
            .Where(each => each.FillMode == SnakeCase.Of(fill.ToString())).ToList();
        Assert.NotEmpty(cases);

        var distances = cases.Select(each => Distance(folder, each, fill)).ToList();

        output.WriteLine($"{fill}: worst mean {distances.Max(each => each.Mean):F3}, worst 99th percentile {distances.Max(each => each.Percentile99):F3}");
        Assert.All(distances, each => Assert.InRange(each.Mean, 0, 0.4));
        Assert.All(distances, each => Assert.InRange(each.Percentile99, 0, 2));
    }

    static (double Mean, double Percentile99) Distance(string folder, Case each, FillMode fill)
    {
        var (height, width, channels) = (each.Shape[0], each.Shape[1], each.Shape[2]);
        var picture = Numbers(folder, each.Input).Select(level => (byte)Math.Round(level)).ToArray();
        var expected = Numbers(folder, each.Expected);
        var p = each.Transform;
        var transform = new PictureTransform
        {
            Rotation = p.Theta,
            ShiftX = p.Tx,
            ShiftY = p.Ty,
            Shear = p.Shear,
            ZoomX = p.Zx,
            ZoomY = p.Zy,
            FlipHorizontal = p.FlipHorizontal,
            FlipVertical = p.FlipVertical,
        };
        var map = transform.Geometry(width, height, height / 2.0 - 0.5, width / 2.0 - 0.5);

        new PictureTransformer(Shape.Image(height, width, channels), fill, each.Cval).Apply(map, picture);

        // Beyond the edge scipy's wrap has a period of its own.
        bool Counts(int pixel) => fill != FillMode.Wrap || IsWithin(map, pixel % width, pixel / width, width, height);
        var differences = picture.Zip(expected, (ours, theirs) => Math.Abs(ours - (double)theirs)).Where((_, i) => Counts(i / channels)).Order().ToList();
        return (differences.Average(), differences[(int)(0.99 * (differences.Count - 1))]);
    }

    static bool IsWithin(Affine map, int x, int y, int width, int height)
    {
        var (sourceX, sourceY) = (map.Xx * x + map.Xy * y + map.X0, map.Yx * x + map.Yy * y + map.Y0);
        return sourceX >= 0 && sourceX <= width - 1 && sourceY >= 0 && sourceY <= height - 1;
    }

    static float[] Numbers(string folder, string file) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, file))).ToArray();
}
