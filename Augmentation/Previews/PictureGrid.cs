using Convoy.Shared.Models;
using OpenCvSharp;

namespace Convoy.Augmentation.Previews;

/// <summary>Pictures of one size in rows of eight, black between them.</summary>
public static class PictureGrid
{
    const int Columns = 8, Margin = 5;

    /// <summary>The grid as a PNG file.</summary>
    public static byte[] Png(Shape shape, IReadOnlyList<byte[]> pictures)
    {
        var columns = Math.Min(Columns, pictures.Count);
        var rows = (pictures.Count + columns - 1) / columns;
        using var sheet = PictureMat.Blank(rows * (shape.Height + Margin) - Margin, columns * (shape.Width + Margin) - Margin, Scalar.Black);
        foreach (var (place, picture) in pictures.Index())
        {
            using var colors = PictureMat.Colors(picture, shape);
            using var target = new Mat(sheet, new Rect(place % columns * (shape.Width + Margin), place / columns * (shape.Height + Margin), shape.Width, shape.Height));
            colors.CopyTo(target);
        }
        return sheet.ImEncode(".png");
    }
}
