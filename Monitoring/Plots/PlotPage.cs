using ScottPlot;
using SkiaSharp;

namespace Convoy.Monitoring.Plots;

/// <summary>A picture: a title, and below it plots side by side.</summary>
static class PlotPage
{
    const int HeaderHeight = 40;
    const int Margin = 14;
    const int LongestTitle = 90;

    static PlotPage() => PlotFont.Register();

    /// <summary>Draws it as a PNG.</summary>
    /// <param name="title">Stands above the plots.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="plots">Of the same width; used up.</param>
    public static byte[] Png(string title, int width, int height, params IReadOnlyList<Plot> plots)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height));
        surface.Canvas.Clear(SKColors.White);
        DrawTitle(surface.Canvas, title, width);
        var share = (float)width / plots.Count;
        foreach (var (index, plot) in plots.Index())
            Draw(surface.Canvas, plot, SKRect.Create(index * share + Margin, HeaderHeight, share - 2 * Margin, height - HeaderHeight - Margin));
        using var picture = surface.Snapshot();
        using var png = picture.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    static void DrawTitle(SKCanvas canvas, string title, int width)
    {
        using var paint = Paint.NewDisposablePaint();
        var text = title.Length <= LongestTitle ? title : title[..(LongestTitle - 1)] + "\u2026";
        var label = new LabelStyle { Text = text, FontName = PlotFont.Name, FontSize = 20, Alignment = Alignment.MiddleCenter };
        label.Render(canvas, new Pixel(width / 2f, HeaderHeight / 2f + 6), paint);
    }

    static void Draw(SKCanvas canvas, Plot plot, SKRect area)
    {
        plot.Font.Set(PlotFont.Name);
        canvas.Save();
        // A plot clears all it may paint on: without the clip also what was drawn before it.
        canvas.ClipRect(area);
        canvas.Translate(area.Left, area.Top);
        plot.Render(canvas, (int)area.Width, (int)area.Height);
        canvas.Restore();
        plot.Dispose();
    }

    /// <summary>Axes and grid as all plots of this project have them.</summary>
    public static void Frame(Plot plot, string bottom, string left)
    {
        plot.Axes.Bottom.Label.Text = bottom;
        plot.Axes.Left.Label.Text = left;
        foreach (var axis in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
        {
            axis.Label.FontSize = 16;
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontSize = 13;
        }
        plot.Axes.Bottom.MinorTickStyle.Length = 0;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(0.08);
    }

    /// <summary>A legend above the plot.</summary>
    public static void Legend(Plot plot)
    {
        var legend = plot.ShowLegend(Edge.Top);
        legend.Legend.FontSize = 13;
        legend.Legend.Orientation = Orientation.Horizontal;
        legend.Legend.TightHorizontalWrapping = true;
        legend.Legend.OutlineColor = Colors.Transparent;
        legend.Legend.ShadowColor = Colors.Transparent;
    }
}
