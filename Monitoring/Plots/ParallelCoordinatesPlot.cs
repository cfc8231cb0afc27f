using System.Globalization;
using Convoy.Shared.Sweeps;
using ScottPlot;

namespace Convoy.Monitoring.Plots;

/// <summary>Every trial as a line through its parameters to its objective, the best dark and strong.</summary>
static class ParallelCoordinatesPlot
{
    const int MostValues = 8, LongestValue = 14, LongestName = 26;
    // Below the axes: where a parameter does not exist in a trial.
    const double Absent = -0.12;

    static readonly Color Best = Color.FromHex("#d9591c");
    static readonly Color Ink = Color.FromHex("#333333");

    public static byte[] Png(SeenSweep sweep)
    {
        var plot = new Plot();
        var (low, high) = sweep.Range();
        var ranked = sweep.Ranked.ToList();
        // The best last, above the others.
        foreach (var (rank, trial) in ranked.Index().Reverse())
        {
            var line = plot.Add.Scatter(
                Enumerable.Range(0, sweep.Parameters.Count + 1).Select(axis => (double)axis).ToArray(),
                [.. sweep.Parameters.Select(parameter => Place(parameter, SeenSweep.ValueOf(trial.View, parameter))), Math.Clamp((trial.Objective - low) / (high - low), 0, 1)],
                rank == 0 ? Best : Shade(ranked.Count == 1 ? 0 : (double)rank / (ranked.Count - 1)));
            line.LineWidth = rank == 0 ? 3.5f : 1.6f;
            line.MarkerSize = rank == 0 ? 8 : 4;
        }
        foreach (var (axis, parameter) in sweep.Parameters.Index()) AddAxis(plot, axis, parameter.Name, [.. Ticks(parameter.Domain).Select(value => (parameter.Domain.Middle(value), Short(Rounded(parameter.Domain, value), LongestValue)))]);
        AddAxis(plot, sweep.Parameters.Count, sweep.Metric, Ticks(low, high));
        var absent = ranked.Any(trial => sweep.Parameters.Any(parameter => SeenSweep.ValueOf(trial.View, parameter) is null));
        if (absent) Write(plot, "absent", -0.03, Absent, Alignment.MiddleRight, 12);
        plot.HideGrid();
        plot.Axes.Frameless();
        plot.Axes.SetLimits(-0.35, sweep.Parameters.Count + 0.25, absent ? -0.2 : -0.06, 1.13);
        return PlotPage.Png($"{sweep.Name}: {sweep.Trials.Count} trials, the best in orange, the darker the better", 1400, 620, plot);
    }

    static double Place(Parameter parameter, string? value) => value is null ? Absent : parameter.Domain.Middle(value);

    static Color Shade(double rank) => Color.FromHex("#143d6b").MixedWith(Color.FromHex("#c9d6e4"), Math.Sqrt(rank));

    static void AddAxis(Plot plot, int axis, string name, IReadOnlyList<(double Place, string Text)> ticks)
    {
        var line = plot.Add.Line(axis, 0, axis, 1);
        (line.LineWidth, line.Color) = (1.5f, Ink);
        Write(plot, Short(name, LongestName), axis, 1.08, Alignment.MiddleCenter, 15);
        foreach (var (place, text) in ticks) Write(plot, text, axis - 0.02, place, Alignment.MiddleRight, 12);
    }

    static void Write(Plot plot, string text, double x, double y, Alignment alignment, float size)
    {
        var label = plot.Add.Text(text, x, y);
        label.LabelFontSize = size;
        label.LabelFontColor = Ink;
        label.LabelAlignment = alignment;
        label.LabelBackgroundColor = Colors.White.WithAlpha(0.75);
    }

    // All values while they are few, else some, the ends among them.
    static IEnumerable<string> Ticks(Domain domain)
    {
        if (domain.Count is not { } count) return domain.Grid(3);
        var every = (int)Math.Ceiling(count / (double)MostValues);
        return domain.Grid(0).Where((_, index) => index % every == 0);
    }

    static string Rounded(Domain domain, string value) => domain.Count is null ? double.Parse(value, CultureInfo.InvariantCulture).ToString("G2", CultureInfo.InvariantCulture) : value;

    static IReadOnlyList<(double, string)> Ticks(double low, double high)
    {
        var decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10((high - low) / 4))) + 1;
        return [.. Enumerable.Range(0, 5).Select(step => (step / 4.0, (low + (high - low) * step / 4).ToString($"F{decimals}", CultureInfo.InvariantCulture)))];
    }

    static string Short(string text, int longest) => text.Length <= longest ? text : $"\u2026{text[^(longest - 1)..]}";
}
