namespace Convoy.Augmentation.Transforms;

/// <summary>Brightness, contrast, saturation and hue as one linear map of a pixel: out = M in + offset. In the plane of equal luma (YIQ) they all
/// commute, so their order does not matter, and levels are rounded and clamped once, at the end.</summary>
/// <param name="Factor">On everything: brightness times contrast.</param>
/// <param name="Offset">Added to every channel: what the contrast leaves of the mean.</param>
/// <param name="Saturation">Factor on the chroma.</param>
/// <param name="Hue">Turn of the chroma, in full circles.</param>
readonly record struct ColorMatrix(double Factor, double Offset, double Saturation, double Hue)
{
    /// <summary>Luma of BT.601: what Pillow and OpenCV take for grey.</summary>
    const double Red = 0.299, Green = 0.587, Blue = 0.114;

    public static ColorMatrix Identity { get; } = new(1, 0, 1, 0);

    public static bool Has(ColorKind kind) => kind is ColorKind.Brightness or ColorKind.Contrast or ColorKind.Saturation or ColorKind.Hue;

    /// <summary>This and then a step.</summary>
    /// <param name="step">One that <see cref="Has"/> knows.</param>
    /// <param name="mean">Mean grey of the picture before this map.</param>
    public ColorMatrix Then(ColorStep step, double mean) => step.Kind switch
    {
        ColorKind.Brightness => this with { Factor = Factor * step.Amount, Offset = Offset * step.Amount },
        ColorKind.Contrast => this with { Factor = Factor * step.Amount, Offset = Offset * step.Amount + (1 - step.Amount) * (Factor * mean + Offset) },
        ColorKind.Saturation => this with { Saturation = Saturation * step.Amount },
        _ => this with { Hue = Hue + step.Amount },
    };

    /// <summary>Mean grey.</summary>
    public static double MeanGrey(ReadOnlySpan<byte> picture, int channels)
    {
        long red = 0, green = 0, blue = 0;
        for (var i = 0; i + channels <= picture.Length; i += channels)
        {
            red += picture[i];
            if (channels < 3) continue;
            green += picture[i + 1];
            blue += picture[i + 2];
        }
        var pixels = (double)(picture.Length / channels);
        return channels < 3 ? red / pixels : (Red * red + Green * green + Blue * blue) / pixels;
    }

    /// <summary>Maps every pixel; without colours only factor and offset count.</summary>
    public void Apply(Span<byte> picture, int channels)
    {
        if (this == Identity) return;
        if (channels != 3)
        {
            for (var i = 0; i < picture.Length; i++) picture[i] = Levels.Clamp(Factor * picture[i] + Offset);
            return;
        }
        var (sin, cos) = Math.SinCos(2 * Math.PI * Hue);
        var (turn, side) = ((float)(Saturation * cos * Factor), (float)(Saturation * sin * Factor));
        var (factor, offset) = ((float)Factor, (float)Offset + 0.5f);
        for (var i = 0; i + 3 <= picture.Length; i += 3)
        {
            var luma = (float)Red * picture[i] + (float)Green * picture[i + 1] + (float)Blue * picture[i + 2];
            var (r, g, b) = (picture[i] - luma, picture[i + 1] - luma, picture[i + 2] - luma);
            // I and Q span the plane; the quarter turn takes I to -Q and Q to I.
            var (inPhase, quadrature) = (0.595716f * r - 0.274453f * g - 0.321263f * b, 0.211456f * r - 0.522591f * g + 0.311135f * b);
            var (newI, newQ) = (turn * inPhase - side * quadrature, side * inPhase + turn * quadrature);
            luma = factor * luma + offset;
            picture[i] = (byte)Math.Clamp(luma + 0.956296f * newI + 0.621024f * newQ, 0, 255);
            picture[i + 1] = (byte)Math.Clamp(luma - 0.272122f * newI - 0.647381f * newQ, 0, 255);
            picture[i + 2] = (byte)Math.Clamp(luma - 1.106989f * newI + 1.704615f * newQ, 0, 255);
        }
    }
}
