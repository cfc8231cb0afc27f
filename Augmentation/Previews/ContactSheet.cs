using Convoy.Shared.Models;
using OpenCvSharp;

namespace Convoy.Augmentation.Previews;

/// <summary>A row of a contact sheet.</summary>
/// <param name="Title">What the pictures show.</param>
/// <param name="Note">Where they come from.</param>
/// <param name="Pictures">Bytes, height x width x channel.</param>
public sealed record SheetRow(string Title, string Note, IReadOnlyList<byte[]> Pictures)
{
    /// <summary>More notes, a line each.</summary>
    public IReadOnlyList<string> More { get; init; } = [];
}

/// <summary>Draws pictures in rows and columns on white, with words beside and above.</summary>
public static class ContactSheet
{
    const int Gap = 8, WordsWidth = 150, HeadHeight = 28, LeastSide = 112;

    /// <summary>The sheet as a PNG file.</summary>
    /// <param name="shape">Of every picture.</param>
    /// <param name="columns">Words above the columns.</param>
    /// <param name="rows">The pictures; none longer than <paramref name="columns"/>.</param>
    /// <param name="across">Rows side by side.</param>
    public static byte[] Png(Shape shape, IReadOnlyList<string> columns, IReadOnlyList<SheetRow> rows, int across = 1)
    {
        var times = Math.Max(1, (LeastSide + shape.Height - 1) / shape.Height); // small pictures are shown in whole multiples, pixel by pixel
        var (width, height) = (shape.Width * times, shape.Height * times);
        var (rowWidth, lines) = (WordsWidth + columns.Count * (width + Gap), (rows.Count + across - 1) / across);
        using var sheet = PictureMat.Blank(HeadHeight + lines * (height + Gap), Math.Min(across, rows.Count) * rowWidth, Scalar.White);
        foreach (var left in Enumerable.Range(0, Math.Min(across, rows.Count)).Select(place => place * rowWidth))
            foreach (var (place, words) in columns.Index())
                Lettering.Write(sheet, words, left + X(place), HeadHeight - 10, Lettering.Small, Lettering.Grey, width);
        foreach (var (number, row) in rows.Index())
        {
            var (left, top) = (number % across * rowWidth, HeadHeight + number / across * (height + Gap));
            Lettering.Write(sheet, row.Title, left + Gap, top + 16, Lettering.Large, Lettering.Black, WordsWidth - 2 * Gap);
            foreach (var (place, note) in row.More.Prepend(row.Note).Index())
                Lettering.Write(sheet, note, left + Gap, top + 34 + place * 16, Lettering.Small, Lettering.Grey, WordsWidth - 2 * Gap);
            foreach (var (place, picture) in row.Pictures.Index())
                Draw(sheet, picture, shape, new Rect(left + X(place), top, width, height));
        }
        return sheet.ImEncode(".png");

        int X(int place) => WordsWidth + place * (width + Gap);
    }

    static void Draw(Mat sheet, byte[] picture, Shape shape, Rect place)
    {
        using var colors = PictureMat.Colors(picture, shape);
        using var target = new Mat(sheet, place);
        Cv2.Resize(colors, target, place.Size, interpolation: InterpolationFlags.Nearest);
    }
}
