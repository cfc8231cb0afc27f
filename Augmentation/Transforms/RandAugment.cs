using Convoy.Shared.Data;
using Convoy.Shared.Specs;

namespace Convoy.Augmentation.Transforms;

/// <summary>RandAugment (Cubuk et al. 2020): operations drawn with replacement, all of one strength; the operations and their strengths
/// are torchvision's. What moves pixels joins the picture's one resample; what changes colours follows in the order drawn.</summary>
static class RandAugment
{
    const int Strongest = 30;

    delegate PictureTransform Operation(PictureTransform so, double strength, double sign, int width, int height);

    static readonly Operation[] Operations =
    [
        (so, _, _, _, _) => so,
        (so, m, sign, _, _) => Moved(so, new Affine(1, sign * 0.3 * m, 0, 0, 1, 0)),
        (so, m, sign, _, _) => Moved(so, new Affine(1, 0, 0, sign * 0.3 * m, 1, 0)),
        (so, m, sign, width, _) => Moved(so, Affine.Translation(sign * 150 / 331 * m * width, 0)),
        (so, m, sign, _, height) => Moved(so, Affine.Translation(0, sign * 150 / 331 * m * height)),
        (so, m, sign, _, _) => Moved(so, Affine.Rotation(sign * 30 * m)),
        (so, m, sign, _, _) => Colored(so, ColorKind.Brightness, 1 + sign * 0.9 * m),
        (so, m, sign, _, _) => Colored(so, ColorKind.Saturation, 1 + sign * 0.9 * m),
        (so, m, sign, _, _) => Colored(so, ColorKind.Contrast, 1 + sign * 0.9 * m),
        (so, m, sign, _, _) => Colored(so, ColorKind.Sharpness, 1 + sign * 0.9 * m),
        (so, m, _, _, _) => Colored(so, ColorKind.Posterize, 8 - Math.Round(4 * m)),
        (so, m, _, _, _) => Colored(so, ColorKind.Solarize, 255 * (1 - m)),
        (so, _, _, _, _) => Colored(so, ColorKind.AutoContrast, 1),
        (so, _, _, _, _) => Colored(so, ColorKind.Equalize, 1),
    ];

    /// <summary>The transform with the operations drawn for a picture.</summary>
    public static PictureTransform Draw(PictureTransform so, RandAugmentSpec spec, int width, int height, SeededRandom random)
    {
        for (var i = 0; i < spec.N; i++)
        {
            var operation = Operations[random.NextInt(Operations.Length)];
            so = operation(so, (double)spec.M / Strongest, random.NextBool(0.5) ? 1 : -1, width, height);
        }
        return so;
    }

    static PictureTransform Moved(PictureTransform so, Affine by) => so with { Further = so.Further * by };

    static PictureTransform Colored(PictureTransform so, ColorKind kind, double amount) => so with { Colors = [.. so.Colors, new ColorStep(kind, amount)] };
}
