using Convoy.Shared.Models;
using OpenCvSharp;

namespace Convoy.Augmentation.Previews;

/// <summary>Heat over a picture: jet colours at an opacity of 0.4.</summary>
public static class HeatPicture
{
    const double Opacity = 0.4;

    /// <summary>A picture, height x width x 3, as it is.</summary>
    public static byte[] InColors(byte[] picture, Shape shape) => Resized(picture, shape, shape);

    /// <summary>A picture in colours and in another size, pixel by pixel.</summary>
    public static byte[] Resized(byte[] picture, Shape shape, Shape target)
    {
        using var colors = PictureMat.Colors(picture, shape);
        Cv2.Resize(colors, colors, new Size(target.Width, target.Height), interpolation: InterpolationFlags.Nearest);
        return PictureMat.Bytes(colors);
    }

    /// <summary>A picture, height x width x 3, with the heat on it.</summary>
    /// <param name="picture">Bytes of <paramref name="shape"/>.</param>
    /// <param name="shape">Of the picture; grey or in colours.</param>
    /// <param name="heat">From 0 to 1, stretched over the whole picture.</param>
    /// <param name="rows">Of the heat.</param>
    /// <param name="columns">Of the heat.</param>
    public static byte[] Blend(byte[] picture, Shape shape, float[] heat, int rows, int columns)
    {
        using var colors = PictureMat.Colors(picture, shape);
        using var map = Mat.FromPixelData(rows, columns, MatType.CV_32FC1, heat);
        using var stretched = new Mat();
        Cv2.Resize(map, stretched, colors.Size(), interpolation: InterpolationFlags.Linear);
        using var levels = new Mat();
        stretched.ConvertTo(levels, MatType.CV_8UC1, 255);
        using var jet = new Mat();
        Cv2.ApplyColorMap(levels, jet, ColormapTypes.Jet);
        using var blended = new Mat();
        Cv2.AddWeighted(colors, 1 - Opacity, jet, Opacity, 0, blended);
        return PictureMat.Bytes(blended);
    }
}
