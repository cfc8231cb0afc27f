using OpenCvSharp;

namespace Convoy.Augmentation.Previews;

/// <summary>Feature maps side by side, 16 a row, each centred and scaled to a standard deviation of 64 around 128, clipped, in viridis
/// (Chollet, "Visualizing intermediate activations").</summary>
public static class ChannelGrid
{
    const int Columns = 16, Gap = 1, HeadHeight = 30, LeastWidth = 1000;
    const double Deviation = 64, Middle = 128;

    /// <summary>All maps of a layer as a PNG file.</summary>
    /// <param name="title">Stands above them.</param>
    /// <param name="height">Of every map.</param>
    /// <param name="width">Of every map.</param>
    /// <param name="channels">The maps.</param>
    public static byte[] Png(string title, int height, int width, IReadOnlyList<float[]> channels)
    {
        var columns = Math.Min(Columns, channels.Count);
        var rows = (channels.Count + columns - 1) / columns;
        var times = Math.Max(1, (LeastWidth + columns * width - 1) / (columns * width)); // small maps in whole multiples, cell by cell
        using var sheet = PictureMat.Blank(HeadHeight + rows * (height * times + Gap), Gap + columns * (width * times + Gap), Scalar.White);
        Lettering.Write(sheet, title, 8, HeadHeight - 10, Lettering.Large, Lettering.Black, sheet.Width - 16);
        foreach (var (place, channel) in channels.Index())
        {
            var area = new Rect(Gap + place % columns * (width * times + Gap), HeadHeight + place / columns * (height * times + Gap), width * times, height * times);
            using var colors = Draw(channel, height, width);
            using var target = new Mat(sheet, area);
            Cv2.Resize(colors, target, area.Size, interpolation: InterpolationFlags.Nearest);
        }
        return sheet.ImEncode(".png");
    }

    static Mat Draw(float[] channel, int height, int width)
    {
        using var map = Mat.FromPixelData(height, width, MatType.CV_32FC1, channel);
        Cv2.MeanStdDev(map, out var mean, out var deviation);
        using var levels = new Mat();
        // A map that is the same everywhere stays in the middle.
        var scale = deviation.Val0 > 0 ? Deviation / deviation.Val0 : 0;
        map.ConvertTo(levels, MatType.CV_8UC1, scale, Middle - mean.Val0 * scale);
        var colors = new Mat();
        Cv2.ApplyColorMap(levels, colors, ColormapTypes.Viridis);
        return colors;
    }
}
