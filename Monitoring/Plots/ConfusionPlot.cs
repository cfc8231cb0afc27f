using System.Globalization;
using Convoy.Shared.Data;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Convoy.Monitoring.Plots;

/// <summary>A confusion matrix as a picture: each row by its share of the true class, with the counts where there is room for them.</summary>
public static class ConfusionPlot
{
    const int MostWithCounts = 20, Frame = 220, LeastCell = 14, MostCell = 90, Largest = 700, LeastWidth = 640;

    /// <summary>Draws it as a PNG file.</summary>
    /// <param name="matrix">The counts.</param>
    /// <param name="title">Stands above.</param>
    public static byte[] Png(ConfusionMatrix matrix, string title)
    {
        var count = matrix.Classes.Count;
        var plot = new Plot();
        var heat = plot.Add.Heatmap(Shares(matrix));
        heat.Colormap = new ScottPlot.Colormaps.Blues().Reversed();
        heat.ManualRange = new ScottPlot.Range(0, 1);
        if (count <= MostWithCounts) WriteCounts(plot, matrix);
        PlotPage.Frame(plot, "predicted class", "true class");
        Label(plot.Axes.Left, matrix.Classes.Reverse());
        Label(plot.Axes.Bottom, matrix.Classes);
        plot.Axes.Bottom.TickLabelStyle.Rotation = count > 4 ? -45 : 0;
        plot.Axes.Bottom.TickLabelStyle.Alignment = count > 4 ? Alignment.MiddleRight : Alignment.UpperCenter;
        plot.Axes.Margins(0, 0);
        plot.HideGrid();
        var side = Frame + count * Math.Clamp(Largest / count, LeastCell, MostCell);
        return PlotPage.Png(title, Math.Max(side + 60, LeastWidth), side, plot);
    }

    static double[,] Shares(ConfusionMatrix matrix)
    {
        var count = matrix.Classes.Count;
        var shares = new double[count, count];
        for (var truth = 0; truth < count; truth++)
            for (var predicted = 0; predicted < count; predicted++)
                shares[truth, predicted] = (double)matrix[truth, predicted] / Math.Max(1, matrix.Support(truth));
        return shares;
    }

    static void WriteCounts(Plot plot, ConfusionMatrix matrix)
    {
        var count = matrix.Classes.Count;
        for (var truth = 0; truth < count; truth++)
            for (var predicted = 0; predicted < count; predicted++)
            {
                var text = plot.Add.Text(matrix[truth, predicted].ToString("N0", CultureInfo.InvariantCulture), predicted, count - 1 - truth);
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontSize = count <= 10 ? 15 : 11;
                text.LabelFontColor = matrix[truth, predicted] * 2 > matrix.Support(truth) ? Colors.White : Colors.Black;
            }
    }

    static void Label(IAxis axis, IEnumerable<string> classes)
    {
        axis.TickGenerator = new NumericManual([.. classes.Select((each, place) => new Tick(place, each))]);
        axis.MajorTickStyle.Length = 0;
    }
}
