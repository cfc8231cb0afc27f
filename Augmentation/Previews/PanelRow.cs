using Convoy.Shared.Models;
using OpenCvSharp;

namespace Convoy.Augmentation.Previews;

/// <summary>A picture with words above it.</summary>
public sealed record Panel(string Words, byte[] Picture);

/// <summary>Pictures of one size side by side, on white, with a caption below all.</summary>
public static class PanelRow
{
    const int Gap = 10, HeadHeight = 26, LineHeight = 20;

    /// <summary>The row as a PNG file.</summary>
    /// <param name="shape">Of every picture.</param>
    /// <param name="panels">The pictures.</param>
    /// <param name="caption">Lines below them.</param>
    public static byte[] Png(Shape shape, IReadOnlyList<Panel> panels, IReadOnlyList<string> caption)
    {
        using var sheet = PictureMat.Blank(HeadHeight + shape.Height + Gap + caption.Count * LineHeight + Gap, Gap + panels.Count * (shape.Width + Gap), Scalar.White);
        foreach (var (place, panel) in panels.Index())
        {
            var x = Gap + place * (shape.Width + Gap);
            Lettering.Write(sheet, panel.Words, x, HeadHeight - 8, Lettering.Large, Lettering.Black, shape.Width);
            using var colors = PictureMat.Colors(panel.Picture, shape with { Dims = [shape.Height, shape.Width, panel.Picture.Length / (shape.Height * shape.Width)] });
            using var target = new Mat(sheet, new Rect(x, HeadHeight, shape.Width, shape.Height));
            colors.CopyTo(target);
        }
        foreach (var (line, words) in caption.Index())
            Lettering.Write(sheet, words, Gap, HeadHeight + shape.Height + Gap + line * LineHeight + 12, Lettering.Small, Lettering.Grey, sheet.Width - 2 * Gap);
        return sheet.ImEncode(".png");
    }
}
