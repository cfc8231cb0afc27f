namespace Convoy.Augmentation.Transforms;

/// <summary>One change of colour.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Amount">A factor (1 changes nothing), a turn of hue in full circles, a threshold, or a number of bits.</param>
public readonly record struct ColorStep(ColorKind Kind, double Amount);

/// <summary>Changes of colour; Pillow's names.</summary>
public enum ColorKind
{
    /// <summary>Factor on every level.</summary>
    Brightness,
    /// <summary>Factor on the distance to the picture's mean grey.</summary>
    Contrast,
    /// <summary>Factor on the distance to a pixel's own grey.</summary>
    Saturation,
    /// <summary>Turn of the chroma in the plane of equal luma (YIQ), in full circles.</summary>
    Hue,
    /// <summary>Factor on the distance to the smoothed picture.</summary>
    Sharpness,
    /// <summary>Levels from the threshold up are inverted.</summary>
    Solarize,
    /// <summary>Keeps this many high bits.</summary>
    Posterize,
    /// <summary>Stretches every channel from black to white.</summary>
    AutoContrast,
    /// <summary>Spreads every channel's levels evenly.</summary>
    Equalize,
}
