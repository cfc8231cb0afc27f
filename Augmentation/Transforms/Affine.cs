namespace Convoy.Augmentation.Transforms;

/// <summary>A plane's affine map, (x, y) to (Xx x + Xy y + X0, Yx x + Yy y + Y0); x counts columns, y rows. Maps of pictures take a
/// pixel of the result to the place in the source that it shows.</summary>
public readonly record struct Affine(double Xx, double Xy, double X0, double Yx, double Yy, double Y0)
{
    /// <summary>Moves nothing.</summary>
    public static Affine Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>Keras' rotation.</summary>
    public static Affine Rotation(double degrees)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(degrees));
        return new(cos, -sin, 0, sin, cos, 0);
    }

    /// <summary>Keras' shear: rows move against each other.</summary>
    public static Affine Shear(double degrees)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(degrees));
        return new(1, -sin, 0, 0, cos, 0);
    }

    /// <summary>Moves by pixels.</summary>
    public static Affine Translation(double x, double y) => new(1, 0, x, 0, 1, y);

    /// <summary>Scales from the origin.</summary>
    public static Affine Scale(double x, double y) => new(x, 0, 0, 0, y, 0);

    /// <summary>The second map, then the first.</summary>
    public static Affine operator *(Affine first, Affine second) => new(
        first.Xx * second.Xx + first.Xy * second.Yx, first.Xx * second.Xy + first.Xy * second.Yy, first.Xx * second.X0 + first.Xy * second.Y0 + first.X0,
        first.Yx * second.Xx + first.Yy * second.Yx, first.Yx * second.Xy + first.Yy * second.Yy, first.Yx * second.X0 + first.Yy * second.Y0 + first.Y0);

    /// <summary>The map with a point for its origin.</summary>
    public Affine About(double x, double y) => Translation(x, y) * this * Translation(-x, -y);
}
