using System.Globalization;
using Convoy.Shared.Protocol;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Convoy.Monitoring.Plots;

/// <summary>A sweep's objective trial by trial, and the best so far.</summary>
static class SweepHistoryPlot
{
    static readonly Color Whole = Color.FromHex("#1f5fa8");
    static readonly Color Best = Color.FromHex("#d9591c");

    public static byte[] Png(SeenSweep sweep)
    {
        var plot = new Plot();
        var (low, high) = sweep.Range();
        AddDots(plot, sweep, low, high, "trained to the end", trial => trial.Phase == TrialPhase.Completed, dots => dots.MarkerShape = MarkerShape.FilledCircle);
        AddDots(plot, sweep, low, high, "ended early", trial => trial.Phase != TrialPhase.Completed, dots => dots.MarkerShape = MarkerShape.OpenCircle);
        AddBest(plot, sweep, low, high);
        PlotPage.Frame(plot, "Trial", sweep.Metric);
        PlotPage.Legend(plot);
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        plot.Axes.SetLimitsX(-0.5, Math.Max(1, sweep.Count) - 0.5);
        var room = (high - low) * 0.06;
        plot.Axes.SetLimitsY(low - room, high + room);
        var decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10((high - low) / 12)));
        plot.Axes.Left.TickGenerator = new NumericAutomatic { LabelFormatter = value => value.ToString($"F{decimals}", CultureInfo.InvariantCulture) };
        return PlotPage.Png($"{sweep.Name}: {sweep.Metric} by trial", 1000, 560, plot);
    }

    // Beyond the range a triangle at its edge says that there is something.
    static void AddDots(Plot plot, SeenSweep sweep, double low, double high, string label, Func<TrialView, bool> which, Action<ScottPlot.Plottables.Scatter> shape)
    {
        var chosen = sweep.Trials.Where(trial => which(trial.View)).ToList();
        var within = chosen.Where(trial => trial.Objective >= low && trial.Objective <= high).ToList();
        if (within.Count > 0)
        {
            var dots = plot.Add.ScatterPoints(within.Select(trial => (double)trial.View.Number).ToArray(), within.Select(trial => trial.Objective).ToArray(), Whole);
            dots.MarkerSize = 9;
            dots.LegendText = label;
            shape(dots);
        }
        foreach (var (view, objective) in chosen.Where(trial => trial.Objective < low || trial.Objective > high))
        {
            var mark = plot.Add.Marker(view.Number, Math.Clamp(objective, low, high), objective < low ? MarkerShape.OpenTriangleDown : MarkerShape.OpenTriangleUp, 10, Whole);
            mark.MarkerLineWidth = 1.5f;
        }
    }

    static void AddBest(Plot plot, SeenSweep sweep, double low, double high)
    {
        if (sweep.Trials.Count == 0) return;
        var (xs, ys, best) = (new List<double>(), new List<double>(), sweep.Trials[0].Objective);
        foreach (var (view, objective) in sweep.Trials)
        {
            best = sweep.Maximizes ? Math.Max(best, objective) : Math.Min(best, objective);
            xs.Add(view.Number);
            ys.Add(Math.Clamp(best, low, high));
        }
        xs.Add(sweep.Count - 0.5);
        ys.Add(ys[^1]);
        var line = plot.Add.Scatter(xs.ToArray(), ys.ToArray(), Best);
        line.ConnectStyle = ConnectStyle.StepHorizontal;
        line.LineWidth = 2;
        line.MarkerSize = 0;
        line.LegendText = "best so far";
    }
}
