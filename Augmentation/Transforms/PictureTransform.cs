namespace Convoy.Augmentation.Transforms;

/// <summary>What was drawn for one picture: Keras' transform parameters, and what came later. Says all; applying it draws nothing.</summary>
public readonly record struct PictureTransform()
{
    /// <summary>Degrees.</summary>
    public double Rotation { get; init; }
    /// <summary>Pixels to the right that the source is looked at.</summary>
    public double ShiftX { get; init; }
    /// <summary>Pixels down that the source is looked at.</summary>
    public double ShiftY { get; init; }
    /// <summary>Degrees.</summary>
    public double Shear { get; init; }
    /// <summary>Factor on what is seen horizontally.</summary>
    public double ZoomX { get; init; } = 1;
    /// <summary>Factor on what is seen vertically.</summary>
    public double ZoomY { get; init; } = 1;
    /// <summary>Further geometry about the centre, from RandAugment.</summary>
    public Affine Further { get; init; } = Affine.Identity;
    /// <summary>The window that is stretched to the whole; null for the whole.</summary>
    public Window? Crop { get; init; }
    /// <summary>Left and right change places, last of all geometry.</summary>
    public bool FlipHorizontal { get; init; }
    /// <summary>Top and bottom change places.</summary>
    public bool FlipVertical { get; init; }
    /// <summary>Grey levels added, within the picture's darkest and lightest.</summary>
    public double ChannelShift { get; init; }
    /// <summary>Factor on the brightness.</summary>
    public double Brightness { get; init; } = 1;
    /// <summary>Changes of colour, in order.</summary>
    public IReadOnlyList<ColorStep> Colors { get; init; } = [];
    /// <summary>The rectangle blanked, after everything else; null for none.</summary>
    public Window? Cutout { get; init; }

    /// <summary>All geometry as one map about a centre.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="centreX">The column turned about.</param>
    /// <param name="centreY">The row turned about.</param>
    public Affine Geometry(int width, int height, double centreX, double centreY)
    {
        var map = Affine.Rotation(Rotation) * Affine.Translation(ShiftX, ShiftY) * Affine.Shear(Shear) * Affine.Scale(ZoomX, ZoomY) * Further;
        map = map.About(centreX, centreY);
        if (Crop is { } crop) map *= crop.Stretched(width, height);
        if (FlipHorizontal) map *= new Affine(-1, 0, width - 1, 0, 1, 0);
        if (FlipVertical) map *= new Affine(1, 0, 0, 0, -1, height - 1);
        return map;
    }

    /// <summary>All geometry as one map about the picture's true centre.</summary>
    public Affine Geometry(int width, int height) => Geometry(width, height, (width - 1) / 2.0, (height - 1) / 2.0);
}
