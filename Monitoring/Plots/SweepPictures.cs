using Convoy.Monitoring.Importance;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Monitoring.Plots;

/// <summary>The pictures of a sweep.</summary>
public static class SweepPictures
{
    /// <summary>How to draw them: PNGs by file name.</summary>
    /// <param name="sweep">What was sought.</param>
    /// <param name="trials">All trials, by number.</param>
    public static IReadOnlyDictionary<string, Func<byte[]>> Of(SweepSpec sweep, IReadOnlyList<TrialView> trials)
    {
        var seen = new SeenSweep(sweep, trials);
        return new Dictionary<string, Func<byte[]>>
        {
            ["history.png"] = () => SweepHistoryPlot.Png(seen),
            ["parallel-coordinates.png"] = () => ParallelCoordinatesPlot.Png(seen),
            ["importance.png"] = () => ImportancePlot.Png(seen),
        };
    }
}

/// <summary>A sweep as pictures show it.</summary>
sealed class SeenSweep(SweepSpec sweep, IReadOnlyList<TrialView> trials)
{
    // Of what is worse by more than so many times the way from the middle to the best, only that it is worse is shown.
    const double Reach = 4;

    public string Name => sweep.Name;
    public int Seed => sweep.Seed;
    public int Count => trials.Count;
    public string Metric => SnakeCase.Of(sweep.Objective.Metric.ToString());
    public bool Maximizes => sweep.Objective.Maximizes;
    public IReadOnlyList<Parameter> Parameters { get; } = SearchSpace.Of(sweep).Parameters;

    /// <summary>Trials with an objective, by number.</summary>
    public IReadOnlyList<(TrialView View, double Objective)> Trials { get; } =
        [.. trials.Where(trial => trial.Objective is { } value && double.IsFinite(value)).Select(trial => (trial, trial.Objective!.Value))];

    /// <summary>Those that importance is learnt from.</summary>
    public IReadOnlyList<(TrialView View, double Objective)> Judged => ParameterImportance.Drawn(Trials, Seed);

    /// <summary>Best first.</summary>
    public IEnumerable<(TrialView View, double Objective)> Ranked => Maximizes ? Trials.OrderByDescending(trial => trial.Objective) : Trials.OrderBy(trial => trial.Objective);

    /// <summary>The objectives worth telling apart, lowest and highest: a trial that came to nothing would squeeze all others together.</summary>
    public (double Low, double High) Range()
    {
        if (Trials.Count == 0) return (0, 1);
        double[] sorted = [.. Trials.Select(trial => trial.Objective).Order()];
        var (low, high) = (sorted[0], sorted[^1]);
        var reach = Reach * Math.Abs((Maximizes ? high : low) - sorted[sorted.Length / 2]);
        if (reach > 0) (low, high) = Maximizes ? (Math.Max(low, high - reach), high) : (low, Math.Min(high, low + reach));
        return high > low ? (low, high) : (low - Math.Max(Math.Abs(low) * 0.01, 1e-6), high + Math.Max(Math.Abs(high) * 0.01, 1e-6));
    }

    /// <summary>A value of a parameter in a trial; null where it does not exist.</summary>
    public static string? ValueOf(TrialView trial, Parameter parameter) => trial.Settings.FirstOrDefault(setting => setting.Name == parameter.Name).Value;
}
