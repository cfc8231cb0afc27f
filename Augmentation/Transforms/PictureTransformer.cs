using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Transforms;

/// <summary>Applies transforms to pictures of one shape, in place. Keeps its buffers; one thread's.</summary>
public sealed class PictureTransformer
{
    readonly Shape _shape;
    readonly FillMode _fill;
    readonly double _cval;
    readonly Warp _warp;
    readonly byte[] _before;

    /// <summary>For pictures of a shape, with a rule for what lies beyond the edge.</summary>
    /// <param name="shape">Height, width, channels; at most 4 channels.</param>
    /// <param name="fill">What lies beyond.</param>
    /// <param name="cval">The level of <see cref="FillMode.Constant"/>.</param>
    public PictureTransformer(Shape shape, FillMode fill = FillMode.Nearest, double cval = 0)
    {
        if (!shape.IsImage || shape.Channels > 4)
            throw new ArgumentException($"pictures of 1 to 4 channels can be transformed, not {shape}", nameof(shape));
        (_shape, _fill, _cval, _warp, _before) = (shape, fill, cval, new Warp(shape), new byte[shape.Count]);
    }

    /// <summary>Transforms a picture, height x width x channel; one resample at most, then levels and colours, then the cutout.</summary>
    /// <param name="transform">What was drawn.</param>
    /// <param name="picture">Its bytes.</param>
    /// <param name="cutoutLevel">The grey of the cutout.</param>
    public void Apply(in PictureTransform transform, Span<byte> picture, byte cutoutLevel = 0)
    {
        Apply(transform.Geometry(_shape.Width, _shape.Height), picture);
        Levels.Shift(picture, transform.ChannelShift, transform.Brightness);
        Recolor(transform.Colors, picture);
        if (transform.Cutout is { } hole) Blank(picture, hole, cutoutLevel);
    }

    /// <summary>Resamples a picture.</summary>
    public void Apply(Affine map, Span<byte> picture)
    {
        if (map != Affine.Identity) _warp.Apply(picture, map, _fill, _cval);
    }

    // Neighbouring linear steps become one.
    void Recolor(IReadOnlyList<ColorStep> steps, Span<byte> picture)
    {
        for (var i = 0; i < steps.Count;)
        {
            if (!ColorMatrix.Has(steps[i].Kind))
            {
                Recolor(steps[i++], picture);
                continue;
            }
            var (matrix, mean) = (ColorMatrix.Identity, ColorMatrix.MeanGrey(picture, _shape.Channels));
            for (; i < steps.Count && ColorMatrix.Has(steps[i].Kind); i++) matrix = matrix.Then(steps[i], mean);
            matrix.Apply(picture, _shape.Channels);
        }
    }

    void Recolor(ColorStep step, Span<byte> picture)
    {
        switch (step.Kind)
        {
            case ColorKind.Sharpness: Sharpness.Apply(picture, _before, _shape.Width, _shape.Channels, step.Amount); break;
            case ColorKind.Solarize: Levels.Solarize(picture, step.Amount); break;
            case ColorKind.Posterize: Levels.Posterize(picture, step.Amount); break;
            case ColorKind.AutoContrast: Levels.AutoContrast(picture, _shape.Channels); break;
            case ColorKind.Equalize: Levels.Equalize(picture, _shape.Channels); break;
            default: throw new ArgumentOutOfRangeException(nameof(step), step.Kind, "no change of levels");
        }
    }

    void Blank(Span<byte> picture, Window hole, byte level)
    {
        foreach (var row in hole.Rows(_shape)) picture[row].Fill(level);
    }
}
