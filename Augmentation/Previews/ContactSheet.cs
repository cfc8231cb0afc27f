using Convoy.Shared.Models;
using OpenCvSharp;

namespace Convoy.Augmentation.Previews;

/// <summary>A row of a contact sheet.</summary>
/// <param name="Title">What the pictures show.</param>
/// <param name="Note">Where they come from.</param>
/// <param name="Pictures">Bytes, height x width x channel.</param>
public sealed record SheetRow(string Title, string Note, IReadOnlyList<byte[]> Pictures);

/// <summary>Draws pictures in rows and columns on white, with words beside and above.</summary>
public static class ContactSheet
{
    const int Gap = 8, WordsWidth = 150, HeadHeight = 28, LeastSide = 112;
    const double LargeText = 0.48, SmallText = 0.36;
    static readonly Scalar Black = Scalar.All(20), Grey = Scalar.All(120);

    /// <summary>The sheet as a PNG file.</summary>
    /// <param name="shape">Of every picture.</param>
    /// <param name="columns">Words above the columns.</param>
    /// <param name="rows">The pictures; none longer than <paramref name="columns"/>.</param>
    public static byte[] Png(Shape shape, IReadOnlyList<string> columns, IReadOnlyList<SheetRow> rows)
    {
        var times = Math.Max(1, (LeastSide + shape.Height - 1) / shape.Height); // small pictures are shown in whole multiples, pixel by pixel
        var (width, height) = (shape.Width * times, shape.Height * times);
        using var sheet = new Mat(HeadHeight + rows.Count * (height + Gap), WordsWidth + columns.Count * (width + Gap), MatType.CV_8UC3, Scalar.White);
        foreach (var (place, words) in columns.Index())
            Write(sheet, words, X(place), HeadHeight - 10, SmallText, Grey, width);
        foreach (var (line, row) in rows.Index())
        {
            Write(sheet, row.Title, Gap, Y(line) + 16, LargeText, Black, WordsWidth - 2 * Gap);
            Write(sheet, row.Note, Gap, Y(line) + 34, SmallText, Grey, WordsWidth - 2 * Gap);
            foreach (var (place, picture) in row.Pictures.Index())
                Draw(sheet, picture, shape, new Rect(X(place), Y(line), width, height));
        }
        return sheet.ImEncode(".png");

        int X(int place) => WordsWidth + place * (width + Gap);
        int Y(int line) => HeadHeight + line * (height + Gap);
    }

    static void Draw(Mat sheet, byte[] picture, Shape shape, Rect place)
    {
        using var source = Mat.FromPixelData(shape.Height, shape.Width, OpenCv.TypeOf(shape), picture);
        using var colors = new Mat();
        Cv2.CvtColor(source, colors, shape.Channels == 1 ? ColorConversionCodes.GRAY2BGR : ColorConversionCodes.RGB2BGR);
        using var target = new Mat(sheet, place);
        Cv2.Resize(colors, target, place.Size, interpolation: InterpolationFlags.Nearest);
    }

    // OpenCV's letters are ASCII; what is too long loses its end.
    static void Write(Mat sheet, string words, int x, int y, double size, Scalar color, int width)
    {
        var text = string.Concat(words.Select(letter => char.IsAscii(letter) ? letter : '?'));
        while (text.Length > 1 && Cv2.GetTextSize(text, HersheyFonts.HersheySimplex, size, 1, out _).Width > width)
            text = text[..^1];
        Cv2.PutText(sheet, text, new Point(x, y), HersheyFonts.HersheySimplex, size, color, 1, LineTypes.AntiAlias);
    }
}
