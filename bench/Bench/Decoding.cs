using System.Diagnostics;
using System.Globalization;
using Convoy.Augmentation;
using Convoy.Augmentation.Decoding;
using Convoy.Shared.Models;
using OpenCvSharp;

namespace Convoy.Bench;

/// <summary>Decoding and resizing pictures on one core: the project's decoder against a bare OpenCV loop, file by file in alternation,
/// and how far its pictures are from those of the loop.</summary>
internal static class Decoding
{
    /// <summary>A row of a table: side, bare and own pictures a second (medians of rounds), their ratio, PSNR in decibel (median, least).</summary>
    public static string Row(string folder, int side, int rounds, int files)
    {
        OpenCv.Prepare();
        var paths = Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        paths = [.. paths.Where((_, place) => place % Math.Max(1, paths.Count / files) == 0)];
        var (shape, own) = (Shape.Image(side, side, 3), new byte[side * side * 3]);
        var (bare, ours) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var (bareTicks, ourTicks) = (0L, 0L);
            foreach (var path in paths)
            {
                bareTicks += Ticks(() => Bare(path, side).Dispose());
                ourTicks += Ticks(() => ImageDecoder.Decode(path, shape, own));
            }
            if (round == 0) continue; // files come into the page cache, code is compiled
            bare.Add(paths.Count / Stopwatch.GetElapsedTime(0, bareTicks).TotalSeconds);
            ours.Add(paths.Count / Stopwatch.GetElapsedTime(0, ourTicks).TotalSeconds);
        }
        var quality = paths.Select(path => Psnr(path, shape)).Order().ToList();
        var (b, o) = (Median(bare), Median(ours));
        return string.Create(CultureInfo.InvariantCulture, $"| {side} x {side} | {b:F0} | {o:F0} | **{o / b:F2}** | {quality[quality.Count / 2]:F1} | {quality[0]:F1} |");
    }

    static Mat Bare(string path, int side)
    {
        using var picture = Cv2.ImRead(path);
        var sized = new Mat();
        Cv2.Resize(picture, sized, new Size(side, side), interpolation: InterpolationFlags.Area);
        return sized;
    }

    static double Psnr(string path, Shape shape)
    {
        using var expected = Bare(path, shape.Height);
        Cv2.CvtColor(expected, expected, ColorConversionCodes.BGR2RGB);
        using var actual = Mat.FromPixelData(shape.Height, shape.Width, MatType.CV_8UC3, ImageDecoder.Decode(path, shape));
        return Math.Min(99, Cv2.PSNR(expected, actual));
    }

    static long Ticks(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetTimestamp() - start;
    }

    static double Median(List<double> numbers) => numbers.Order().ElementAt(numbers.Count / 2);
}
