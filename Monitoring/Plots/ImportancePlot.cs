using Convoy.Monitoring.Importance;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Convoy.Monitoring.Plots;

/// <summary>How much of the differences between trials each parameter explains alone.</summary>
static class ImportancePlot
{
    static readonly Color Bars = Color.FromHex("#1f5fa8");
    static readonly Color Rest = Color.FromHex("#c9d6e4");

    public static byte[] Png(SeenSweep sweep)
    {
        var plot = new Plot();
        var title = Title(sweep);
        var shares = ParameterImportance.Of(sweep.Parameters, [.. sweep.Judged.Select(trial => (trial.View.Settings, trial.Objective))], sweep.Seed);
        if (shares is null)
        {
            plot.Axes.Frameless();
            plot.HideGrid();
            plot.Axes.SetLimits(0, 1, 0, 1);
            var text = plot.Add.Text($"too few trials that differ: {ParameterImportance.FewestTrials} are needed", 0.5, 0.5);
            (text.LabelFontSize, text.LabelAlignment) = (16, Alignment.MiddleCenter);
            return PlotPage.Png(title, 1000, 320, plot);
        }
        var rows = shares.OrderBy(share => share.Value).Select(share => (Name: share.Key, share.Value)).Prepend((Name: "together only", Value: Math.Max(0, 1 - shares.Values.Sum()))).ToList();
        var bars = plot.Add.Bars(rows.Select((row, index) => new Bar
        {
            Position = index,
            Value = row.Value,
            FillColor = index == 0 ? Rest : Bars,
            LineWidth = 0,
            Size = 0.62,
            Label = FormattableString.Invariant($"{row.Value * 100:0} %"),
        }).ToArray());
        bars.Horizontal = true;
        bars.ValueLabelStyle.FontSize = 14;
        PlotPage.Frame(plot, "share of the variance", "");
        plot.Axes.Left.SetTicks([.. rows.Select((_, index) => (double)index)], [.. rows.Select(row => row.Name)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { LabelFormatter = share => FormattableString.Invariant($"{share * 100:0.#} %"), TargetTickCount = 8 };
        plot.Axes.SetLimits(0, Math.Min(1.12, Math.Max(0.2, rows.Max(row => row.Value) * 1.15)), -0.6, rows.Count - 0.4);
        return PlotPage.Png(title, 1000, 180 + 52 * rows.Count, plot);
    }

    /// <summary>Says so where trials are compared that trained for different times.</summary>
    internal static string Title(SeenSweep sweep)
    {
        int[] epochs = [.. sweep.Judged.Select(trial => trial.View.Epochs).Order()];
        var lengths = epochs is [var least, .., var most] && least < most ? FormattableString.Invariant($", each at its best of {least} to {most} epochs") : "";
        return FormattableString.Invariant($"{sweep.Name}: importance for {sweep.Metric} (fANOVA, {epochs.Length} trials{lengths})");
    }
}
