using System.Buffers.Binary;
using Convoy.Monitoring.Plots;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Tests;

public sealed class CurvesTests
{
    [Fact]
    public void Smoothing_is_the_books()
    {
        // smooth_curve([1, 2, 3, 0]) of the book's listing 5.24 in Python, factor 0.8.
        double[] expected = [1.0, 1.2, 1.56, 1.248];

        Assert.Equal(expected, Smoothing.Exponential([1, 2, 3, 0]), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Empty(Smoothing.Exponential([]));
    }

    public static TheoryData<string, EpochMetrics[]> Histories => new()
    {
        { "none", [] },
        { "one epoch", [Row(1, 0.5, 0.4)] },
        { "no validation", [Row(1, 0.5, null), Row(2, 0.4, null)] },
        { "not a number", [Row(1, double.NaN, double.PositiveInfinity), Row(2, 0.4, double.NaN)] },
        { "all the same", [Row(1, 0, 0), Row(2, 0, 0), Row(3, 0, 0)] },
        { "a hundred", [.. Enumerable.Range(1, 100).Select(epoch => Row(epoch, 1.0 / epoch, 1.1 / epoch))] },
    };

    [Theory]
    [MemberData(nameof(Histories))]
    public void Curves_are_a_PNG_of_the_stated_size(string title, EpochMetrics[] history)
    {
        var png = CurvesPlot.Png(history, title);

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal(CurvesPlot.Width, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(CurvesPlot.Height, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    [Fact]
    public void Different_histories_give_different_pictures() =>
        Assert.NotEqual(CurvesPlot.Png([Row(1, 0.5, 0.4)], "a"), CurvesPlot.Png([Row(1, 0.5, 0.3)], "a"));

    [Fact]
    public void Text_is_in_a_font_that_the_program_brings_along()
    {
        CurvesPlot.Png([], "registers it");

        using var font = ScottPlot.Fonts.GetTypeface(PlotFont.Name, bold: false, italic: false);

        Assert.Equal("DejaVu Sans", font.FamilyName);
        Assert.DoesNotContain(PlotFont.Name, SkiaSharp.SKFontManager.Default.FontFamilies);
    }

    static EpochMetrics Row(int epoch, double loss, double? validationLoss) =>
        new(epoch, new Metrics(loss, 0.9, 100), validationLoss is { } held ? new Metrics(held, 0.8, 10) : null, 1, 100);
}
