using System.Globalization;
using Convoy.Shared.Protocol;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Convoy.Monitoring.Plots;

/// <summary>One quantity over the epochs.</summary>
static class CurvesPanel
{
    static readonly Color Training = Color.FromHex("#1f5fa8");
    static readonly Color Validation = Color.FromHex("#d9591c");

    /// <summary>A panel; <paramref name="highest"/> is what the quantity cannot exceed.</summary>
    public static Plot Of(IReadOnlyList<EpochMetrics> history, string name, Func<Metrics, double> read, double highest)
    {
        var training = Curve.Of(history, row => row.Train, read);
        var validation = Curve.Of(history, row => row.Validation, read);
        var plot = new Plot();
        AddTraining(plot, training);
        AddValidation(plot, validation);
        Frame(plot, name);
        SetLimits(plot, history, [.. training.Values, .. validation.Values], highest);
        return plot;
    }

    static void AddTraining(Plot plot, Curve curve)
    {
        foreach (var (values, label, strong) in curve.Series("training"))
        {
            var dots = plot.Add.ScatterPoints(curve.Epochs, values, strong ? Training : Training.WithAlpha(0.35));
            dots.MarkerSize = curve.Epochs.Length > 50 ? 6 : 9;
            dots.LegendText = label;
        }
    }

    static void AddValidation(Plot plot, Curve curve)
    {
        foreach (var (values, label, strong) in curve.Series("validation"))
        {
            var line = plot.Add.Scatter(curve.Epochs, values, strong ? Validation : Validation.WithAlpha(0.4));
            line.LineWidth = strong ? 2.5f : 1.5f;
            // A line needs two points; a single one is drawn as a square, told from the training dots by its shape.
            line.MarkerSize = curve.Epochs.Length == 1 ? 10 : 0;
            line.MarkerShape = MarkerShape.FilledSquare;
            line.LegendText = label;
        }
    }

    static void Frame(Plot plot, string name)
    {
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        PlotPage.Frame(plot, "Epoch", name);
        PlotPage.Legend(plot);
    }

    static void SetLimits(Plot plot, IReadOnlyList<EpochMetrics> history, double[] values, double highest)
    {
        var (first, last) = history.Count == 0 ? (1, 1) : (history[0].Epoch, history[^1].Epoch);
        var margin = Math.Max(0.5, (last - first) * 0.03);
        plot.Axes.SetLimitsX(first - Math.Min(margin, 0.9), last + margin);
        var (bottom, top) = AxisLimits(values, highest);
        plot.Axes.SetLimitsY(bottom, top);
        var decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10((top - bottom) / 12)));
        plot.Axes.Left.TickGenerator = new NumericAutomatic
        {
            LabelFormatter = value => value.ToString($"F{decimals}", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Room of 6 % around the values, never much below 0 nor above the highest possible value.</summary>
    internal static (double Bottom, double Top) AxisLimits(double[] values, double highest)
    {
        if (values.Length == 0)
            return (0, 1);
        var (low, high) = (values.Min(), values.Max());
        var span = high - low > 1e-9 ? high - low : Math.Max(Math.Abs(high) * 0.1, 1e-3);
        var room = high - low > 1e-9 ? span * 0.06 : span;
        return (Math.Max(low - room, -span * 0.02), Math.Min(high + room, highest + span * 0.02));
    }

    /// <summary>The finite points of one curve.</summary>
    sealed record Curve(double[] Epochs, double[] Values)
    {
        /// <summary>As measured and smoothed; one point is its own average and is drawn once, strong.</summary>
        public IEnumerable<(double[] Values, string Label, bool Strong)> Series(string name) => Values.Length switch
        {
            0 => [],
            1 => [(Values, name, true)],
            _ => [(Values, name, false), (Smoothing.Exponential(Values), $"{name}, smoothed", true)],
        };

        public static Curve Of(IReadOnlyList<EpochMetrics> history, Func<EpochMetrics, Metrics?> part, Func<Metrics, double> read)
        {
            var points = history
                .Select(row => (row.Epoch, Metrics: part(row)))
                .Where(point => point.Metrics is not null && double.IsFinite(read(point.Metrics)))
                .ToArray();
            return new Curve([.. points.Select(point => (double)point.Epoch)], [.. points.Select(point => read(point.Metrics!))]);
        }
    }
}
