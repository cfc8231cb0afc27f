using Convoy.Augmentation.Streaming;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Transforms;

/// <summary>What was drawn to mix one sample with another.</summary>
/// <param name="Partner">The other sample.</param>
/// <param name="Part">The picture's own part, 0 to 1.</param>
/// <param name="Pasted">The rectangle that the other's pixels fill (cutmix); null where all pixels blend (mixup).</param>
public readonly record struct Mixing(int Partner, double Part, Window? Pasted)
{
    /// <summary>A sample's mixing; null where the spec asks for none.</summary>
    /// <param name="spec">Says how.</param>
    /// <param name="samples">Samples of the set; any may be the partner.</param>
    /// <param name="shape">Of pictures.</param>
    /// <param name="random">The sample's stream.</param>
    public static Mixing? Draw(AugmentationSpec spec, int samples, Shape shape, SeededRandom random)
    {
        if (spec.Mixup is null && spec.Cutmix is null) return null;
        var partner = random.NextInt(samples);
        var pastes = spec.Mixup is null || (spec.Cutmix is not null && random.NextBool(0.5));
        var part = Beta.Draw((pastes ? spec.Cutmix : spec.Mixup)!.Alpha, random);
        return pastes ? Paste(partner, part, shape, random) : new(partner, part, null);
    }

    // The rectangle has the picture's proportions; what of it lies beyond the edge stays the picture's own.
    static Mixing Paste(int partner, double part, Shape shape, SeededRandom random)
    {
        var side = Math.Sqrt(1 - part);
        var (width, height) = ((int)(shape.Width * side), (int)(shape.Height * side));
        var (left, top) = (random.NextInt(shape.Width) - width / 2, random.NextInt(shape.Height) - height / 2);
        var (x, y) = (Math.Max(left, 0), Math.Max(top, 0));
        var pasted = new Window(x, y, Math.Min(left + width, shape.Width) - x, Math.Min(top + height, shape.Height) - y);
        return new(partner, 1 - pasted.Width * pasted.Height / ((double)shape.Width * shape.Height), pasted);
    }

    /// <summary>Mixes another picture into a picture.</summary>
    public void Apply(Span<byte> picture, ReadOnlySpan<byte> other, Shape shape)
    {
        if (Pasted is { } window)
            foreach (var row in window.Rows(shape)) other[row].CopyTo(picture[row]);
        else
            Blend(picture, other, (int)Math.Round(Part * 65536));
    }

    static void Blend(Span<byte> picture, ReadOnlySpan<byte> other, int part)
    {
        for (var i = 0; i < picture.Length; i++)
            picture[i] = (byte)((picture[i] * part + other[i] * (65536 - part) + 32768) >> 16);
    }

    /// <summary>The mixed target; the class with the larger part stands first.</summary>
    public SoftLabel Label(int own, int other) =>
        own == other ? SoftLabel.Of(own)
        : Part >= 0.5 ? new(own, other, (float)(1 - Part))
        : new(other, own, (float)Part);
}
