using Convoy.Shared.Protocol;
using ScottPlot;
using SkiaSharp;

namespace Convoy.Monitoring.Plots;

/// <summary>The learning curves of a run as a picture: loss and accuracy side by side, training as dots and validation as
/// a line, each as measured (faint) and smoothed.</summary>
public static class CurvesPlot
{
    /// <summary>Pixels across.</summary>
    public const int Width = 1400;
    /// <summary>Pixels down.</summary>
    public const int Height = 560;

    const int HeaderHeight = 40;
    const int Margin = 14;
    const int LongestTitle = 90;

    static readonly string[] PreferredFonts = ["Inter", "Noto Sans", "DejaVu Sans", "Liberation Sans", "Segoe UI", "Helvetica Neue", "Arial"];
    static readonly string Font = PreferredFonts.Intersect(SKFontManager.Default.FontFamilies).FirstOrDefault() ?? Fonts.Default;

    /// <summary>Draws the curves.</summary>
    /// <param name="history">One entry an epoch, oldest first; may be empty, and validation may be missing anywhere.</param>
    /// <param name="title">Stands above both panels.</param>
    /// <returns>A PNG of <see cref="Width"/> x <see cref="Height"/> pixels.</returns>
    public static byte[] Png(IReadOnlyList<EpochMetrics> history, string title)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height));
        surface.Canvas.Clear(SKColors.White);
        DrawTitle(surface.Canvas, title);
        DrawPanel(surface.Canvas, 0, CurvesPanel.Of(history, "Loss", metrics => metrics.Loss, highest: double.PositiveInfinity));
        DrawPanel(surface.Canvas, Width / 2, CurvesPanel.Of(history, "Accuracy", metrics => metrics.Accuracy, highest: 1));
        using var picture = surface.Snapshot();
        using var png = picture.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    static void DrawTitle(SKCanvas canvas, string title)
    {
        using var paint = Paint.NewDisposablePaint();
        var text = title.Length <= LongestTitle ? title : title[..(LongestTitle - 1)] + "\u2026";
        var label = new LabelStyle { Text = text, FontName = Font, FontSize = 20, Bold = true, Alignment = Alignment.MiddleCenter };
        label.Render(canvas, new Pixel(Width / 2f, HeaderHeight / 2f + 6), paint);
    }

    static void DrawPanel(SKCanvas canvas, int left, Plot plot)
    {
        plot.Font.Set(Font);
        var area = SKRect.Create(left + Margin, HeaderHeight, Width / 2f - 2 * Margin, Height - HeaderHeight - Margin);
        canvas.Save();
        // A plot clears all it may paint on: without the clip also what was drawn before it.
        canvas.ClipRect(area);
        canvas.Translate(area.Left, area.Top);
        plot.Render(canvas, (int)area.Width, (int)area.Height);
        canvas.Restore();
        plot.Dispose();
    }
}
