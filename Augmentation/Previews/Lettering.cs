using OpenCvSharp;

namespace Convoy.Augmentation.Previews;

/// <summary>Words on pictures. OpenCV's letters are ASCII, others become '?'; what is too long loses its end.</summary>
internal static class Lettering
{
    public const double Large = 0.48, Small = 0.36;
    public static readonly Scalar Black = Scalar.All(20), Grey = Scalar.All(120);

    /// <summary>Writes a line that begins at (x, y), which is its base line.</summary>
    public static void Write(Mat sheet, string words, int x, int y, double size, Scalar color, int width)
    {
        if (words.Length == 0) return;
        var text = string.Concat(words.Select(letter => char.IsAscii(letter) ? letter : '?'));
        while (text.Length > 1 && Cv2.GetTextSize(text, HersheyFonts.HersheySimplex, size, 1, out _).Width > width)
            text = text[..^1];
        Cv2.PutText(sheet, text, new Point(x, y), HersheyFonts.HersheySimplex, size, color, 1, LineTypes.AntiAlias);
    }
}
