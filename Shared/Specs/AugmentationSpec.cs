using System.ComponentModel.DataAnnotations;

namespace Convoy.Shared.Specs;

/// <summary>Random transforms of training pictures, with the names, ranges and composition of Keras' <c>ImageDataGenerator</c>; below
/// them what came later. Validation and test pictures are never transformed, only normalised.</summary>
public sealed record AugmentationSpec
{
    /// <summary>Degrees; turns by a uniform draw from [-r, r].</summary>
    [Range(0.0, 360.0)] public double RotationRange { get; init; }
    /// <summary>Moves horizontally by a uniform draw from [-r, r], in widths where r is below 1, else in pixels; from a list, by one of its numbers with a random sign.</summary>
    [Range(-65536.0, 65536.0)] public NumberOrList WidthShiftRange { get; init; } = 0;
    /// <summary>The same vertically, in heights or pixels.</summary>
    [Range(-65536.0, 65536.0)] public NumberOrList HeightShiftRange { get; init; } = 0;
    /// <summary>Degrees; shears by a uniform draw from [-r, r].</summary>
    [Range(0.0, 89.0)] public double ShearRange { get; init; }
    /// <summary>Factors on what is seen, drawn for each direction: below 1 things grow.</summary>
    [Range(0.01, 100.0)] public Interval ZoomRange { get; init; } = Interval.One;
    /// <summary>Grey levels; adds a uniform draw from [-r, r], kept within the picture's darkest and lightest.</summary>
    [Range(0.0, 255.0)] public double ChannelShiftRange { get; init; }
    /// <summary>Factors on the brightness.</summary>
    [Range(0.0, 100.0)] public Interval BrightnessRange { get; init; } = Interval.One;
    /// <summary>Mirrors left and right, every other time.</summary>
    public bool HorizontalFlip { get; init; }
    /// <summary>Mirrors top and bottom, every other time.</summary>
    public bool VerticalFlip { get; init; }
    /// <summary>What lies beyond the picture's edge.</summary>
    public FillMode FillMode { get; init; } = FillMode.Nearest;
    /// <summary>The grey level of <c>fill_mode: constant</c>.</summary>
    [Range(0.0, 255.0)] public double Cval { get; init; }

    /// <summary>Subtracts the training set's mean, by channel; of validation and test pictures too.</summary>
    public bool FeaturewiseCenter { get; init; }
    /// <summary>Centres, and divides by the training set's deviation, by channel.</summary>
    public bool FeaturewiseStdNormalization { get; init; }
    /// <summary>Subtracts each picture's own mean; of validation and test pictures too.</summary>
    public bool SamplewiseCenter { get; init; }
    /// <summary>Centres, and divides by each picture's own deviation.</summary>
    public bool SamplewiseStdNormalization { get; init; }

    /// <summary>Sees a random window, stretched to the whole.</summary>
    public RandomResizedCropSpec? RandomResizedCrop { get; init; }
    /// <summary>Random changes of colour.</summary>
    public ColorJitterSpec? ColorJitter { get; init; }
    /// <summary>Random operations of equal strength.</summary>
    public RandAugmentSpec? RandAugment { get; init; }
    /// <summary>Blanks a rectangle.</summary>
    public CutoutSpec? Cutout { get; init; }
    /// <summary>Blends pairs of pictures and their labels (Zhang et al. 2018).</summary>
    public MixSpec? Mixup { get; init; }
    /// <summary>Pastes a rectangle of another picture and mixes the labels by area (Yun et al. 2019); with mixup too, each every other time.</summary>
    public MixSpec? Cutmix { get; init; }

    /// <summary>What is done to every split's numbers; null for nothing.</summary>
    public Normalization? Normalization =>
        FeaturewiseCenter || FeaturewiseStdNormalization || SamplewiseCenter || SamplewiseStdNormalization
            ? new()
            {
                FeaturewiseCenter = FeaturewiseCenter,
                FeaturewiseStdNormalization = FeaturewiseStdNormalization,
                SamplewiseCenter = SamplewiseCenter,
                SamplewiseStdNormalization = SamplewiseStdNormalization,
            }
            : null;

    /// <summary>Whether a picture is another one in every epoch.</summary>
    public bool IsRandom => this with
    {
        FillMode = FillMode.Nearest,
        Cval = 0,
        FeaturewiseCenter = false,
        FeaturewiseStdNormalization = false,
        SamplewiseCenter = false,
        SamplewiseStdNormalization = false,
    } != new AugmentationSpec();
}

/// <summary>What lies beyond a picture's edge; Keras' names.</summary>
public enum FillMode
{
    /// <summary>aaaa|abcd|dddd.</summary>
    Nearest,
    /// <summary>One grey level.</summary>
    Constant,
    /// <summary>dcba|abcd|dcba.</summary>
    Reflect,
    /// <summary>abcd|abcd|abcd.</summary>
    Wrap,
}

/// <summary>Inception's crop (Szegedy et al. 2015), as torchvision's <c>RandomResizedCrop</c>.</summary>
public sealed record RandomResizedCropSpec
{
    /// <summary>Share of the picture's area.</summary>
    [Range(0.001, 1.0)] public Interval Scale { get; init; } = new(0.08, 1);
    /// <summary>Width over height, drawn on a logarithmic scale.</summary>
    [Range(0.01, 100.0)] public Interval Ratio { get; init; } = new(3 / 4.0, 4 / 3.0);
}

/// <summary>Factors as torchvision's <c>ColorJitter</c> takes them.</summary>
public sealed record ColorJitterSpec
{
    /// <summary>Factors on every level.</summary>
    [Range(0.0, 100.0)] public Interval Brightness { get; init; } = Interval.One;
    /// <summary>Factors on the distance to the picture's mean grey.</summary>
    [Range(0.0, 100.0)] public Interval Contrast { get; init; } = Interval.One;
    /// <summary>Factors on the distance to a pixel's own grey.</summary>
    [Range(0.0, 100.0)] public Interval Saturation { get; init; } = Interval.One;
    /// <summary>Turns the colours by a uniform draw from [-h, h], in full circles.</summary>
    [Range(0.0, 0.5)] public double Hue { get; init; }
}

/// <summary>RandAugment (Cubuk et al. 2020) with torchvision's 14 operations and their strengths.</summary>
public sealed record RandAugmentSpec
{
    /// <summary>Operations a picture.</summary>
    [Range(1, 14)] public int N { get; init; } = 2;
    /// <summary>Their strength: 0 leaves alone, 30 is the most.</summary>
    [Range(0, 30)] public int M { get; init; } = 9;
}

/// <summary>Cutout (DeVries and Taylor 2017).</summary>
public sealed record CutoutSpec
{
    /// <summary>Sides of the rectangle, in the picture's; its middle may be anywhere in the picture.</summary>
    [Range(0.01, 1.0)] public double Size { get; init; } = 0.25;
    /// <summary>Its grey level.</summary>
    [Range(0, 255)] public int Fill { get; init; }
}

/// <summary>How two pictures are mixed.</summary>
public sealed record MixSpec
{
    /// <summary>The picture's own part is drawn from Beta(alpha, alpha).</summary>
    [Range(0.01, 100.0)] public double Alpha { get; init; } = 1;
}
