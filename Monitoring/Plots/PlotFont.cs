using ScottPlot;
using SkiaSharp;

namespace Convoy.Monitoring.Plots;

/// <summary>The font of all pictures. The program brings it along: images and servers often have none, and pictures then have no text at all.</summary>
sealed class PlotFont : IFontResolver
{
    /// <summary>What plots call it.</summary>
    public const string Name = "convoy";

    /// <summary>Has plots find it.</summary>
    public static void Register()
    {
        if (!Fonts.FontResolvers.OfType<PlotFont>().Any()) Fonts.FontResolvers.Insert(0, new PlotFont());
    }

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic)
    {
        if (fontName != Name) return null;
        using var file = typeof(PlotFont).Assembly.GetManifestResourceStream("fonts/DejaVuSans.ttf");
        return SKTypeface.FromStream(file);
    }

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => CreateTypeface(fontName, bold: false, italic: false);
}
