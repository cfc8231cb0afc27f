using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Transforms;

/// <summary>Draws a picture's transform: Keras' distributions. What Keras has is always drawn, in one order, whether it is used or not,
/// so that setting one range leaves the draws of the others as they were.</summary>
public static class TransformDraws
{
    /// <summary>A picture's transform.</summary>
    /// <param name="spec">Ranges.</param>
    /// <param name="shape">The picture's.</param>
    /// <param name="random">The picture's own stream.</param>
    public static PictureTransform Draw(AugmentationSpec spec, Shape shape, SeededRandom random)
    {
        var (width, height) = (shape.Width, shape.Height);
        var keras = new PictureTransform
        {
            Rotation = Symmetric(spec.RotationRange, random),
            ShiftY = Shift(spec.HeightShiftRange, height, random),
            ShiftX = Shift(spec.WidthShiftRange, width, random),
            Shear = Symmetric(spec.ShearRange, random),
            ZoomX = Within(spec.ZoomRange, random),
            ZoomY = Within(spec.ZoomRange, random),
            FlipHorizontal = random.NextBool(0.5) && spec.HorizontalFlip,
            FlipVertical = random.NextBool(0.5) && spec.VerticalFlip,
            ChannelShift = Symmetric(spec.ChannelShiftRange, random),
            Brightness = Within(spec.BrightnessRange, random),
        };
        var drawn = spec.RandomResizedCrop is { } crop ? keras with { Crop = RandomCrop(crop, width, height, random) } : keras;
        if (spec.ColorJitter is { } jitter) drawn = drawn with { Colors = Jitter(jitter, random) };
        if (spec.RandAugment is { } rand) drawn = RandAugment.Draw(drawn, rand, width, height, random);
        return spec.Cutout is { } cutout ? drawn with { Cutout = Hole(cutout, width, height, random) } : drawn;
    }

    static double Symmetric(double range, SeededRandom random) => random.NextDouble(-range, range);

    static double Within(Interval interval, SeededRandom random) => random.NextDouble(interval.Low, interval.High);

    // Keras: a number is a range, a list is a choice with a random sign; below 1 it counts in sides.
    static double Shift(NumberOrList range, int side, SeededRandom random)
    {
        var (place, isNegative) = (random.NextDouble(), random.NextBool(0.5));
        var values = range.Values;
        var largest = 0.0;
        for (var i = 0; i < values.Count; i++) largest = Math.Max(largest, Math.Abs(values[i]));
        var shift = range.IsList
            ? values[(int)(place * values.Count)] * (isNegative ? -1 : 1)
            : values[0] * (2 * place - 1);
        return largest < 1 ? shift * side : shift;
    }

    // torchvision's: ten tries, then the whole.
    static Window? RandomCrop(RandomResizedCropSpec crop, int width, int height, SeededRandom random)
    {
        for (var trial = 0; trial < 10; trial++)
        {
            var area = Within(crop.Scale, random) * width * height;
            var ratio = Math.Exp(random.NextDouble(Math.Log(crop.Ratio.Low), Math.Log(crop.Ratio.High)));
            var (w, h) = (Math.Sqrt(area * ratio), Math.Sqrt(area / ratio));
            if (w <= width && h <= height)
                return new Window(random.NextDouble(0, width - w), random.NextDouble(0, height - h), w, h);
        }
        return null;
    }

    static ColorStep[] Jitter(ColorJitterSpec jitter, SeededRandom random) =>
    [
        new(ColorKind.Brightness, Within(jitter.Brightness, random)),
        new(ColorKind.Contrast, Within(jitter.Contrast, random)),
        new(ColorKind.Saturation, Within(jitter.Saturation, random)),
        new(ColorKind.Hue, Symmetric(jitter.Hue, random)),
    ];

    static Window Hole(CutoutSpec cutout, int width, int height, SeededRandom random)
    {
        var (w, h) = (Math.Round(cutout.Size * width), Math.Round(cutout.Size * height));
        return new Window(random.NextInt(width) - Math.Floor(w / 2), random.NextInt(height) - Math.Floor(h / 2), w, h);
    }
}
