using Convoy.Shared.Data;
using Convoy.Shared.Sweeps;

namespace Convoy.Monitoring.Importance;

/// <summary>Functional ANOVA (Hutter, Hoos and Leyton-Brown, An Efficient Approach for Assessing Hyperparameter Importance, 2014): a forest learns the
/// objective over the space, and of its variance the share is told that each parameter explains alone, all others averaged out. Exact for the forest, since
/// its trees are made of boxes.</summary>
public static class ParameterImportance
{
    /// <summary>Fewer tell nothing.</summary>
    public const int FewestTrials = 4;
    /// <summary>A forest on more takes seconds and says the same.</summary>
    public const int MostTrials = 200;

    const int Trees = 64;
    // Share of the axes looked at for a split, as in the paper's implementation.
    const double AxesShare = 5.0 / 6;
    // Where a parameter that does not exist in a trial is taken to lie.
    const double Nowhere = 0.5;

    /// <summary>At most <see cref="MostTrials"/> of some trials, drawn by a seed.</summary>
    public static IReadOnlyList<TTrial> Drawn<TTrial>(IReadOnlyList<TTrial> trials, int seed) =>
        trials.Count <= MostTrials ? trials : [.. SeededRandom.Of("importance-sample", seed).Permutation(trials.Count).Take(MostTrials).Select(index => trials[index])];

    /// <summary>Every parameter's share, 0 to 1; together at most 1, and the rest is what parameters do together only. Null where trials are too few or all alike.</summary>
    /// <param name="parameters">The space.</param>
    /// <param name="trials">What they set, and their objective.</param>
    /// <param name="seed">Of the forest.</param>
    public static IReadOnlyDictionary<string, double>? Of(IReadOnlyList<Parameter> parameters, IReadOnlyList<(IReadOnlyList<Setting> Settings, double Objective)> trials, int seed)
    {
        if (trials.Count < FewestTrials) return null;
        List<double[]> points = [.. trials.Select(trial => parameters.Select(parameter => Place(parameter, trial.Settings)).ToArray())];
        return Shares(points, [.. trials.Select(trial => trial.Objective)], seed) is { } shares
            ? parameters.Select((parameter, axis) => KeyValuePair.Create(parameter.Name, shares[axis])).ToDictionary()
            : null;
    }

    /// <summary>Every axis' share of the variance of what is learnt from points in the unit cube; null where it has none.</summary>
    public static double[]? Shares(IReadOnlyList<double[]> points, IReadOnlyList<double> values, int seed)
    {
        var random = SeededRandom.Of("importance", seed);
        var (dimensions, sums, counted) = (points[0].Length, new double[points[0].Length], 0);
        for (var tree = 0; tree < Trees; tree++)
        {
            List<int> drawn = [.. Enumerable.Range(0, points.Count).Select(_ => random.NextInt(points.Count))];
            var fit = RegressionTree.Fit([.. drawn.Select(i => points[i])], [.. drawn.Select(i => values[i])], (int)Math.Ceiling(dimensions * AxesShare), random);
            var mean = fit.Leaves.Sum(leaf => leaf.Volume * leaf.Value);
            var variance = fit.Leaves.Sum(leaf => leaf.Volume * (leaf.Value - mean) * (leaf.Value - mean));
            // A bootstrap of equal values.
            if (!(variance > 0)) continue;
            counted++;
            for (var axis = 0; axis < dimensions; axis++) sums[axis] += VarianceAlong(fit, axis, mean) / variance;
        }
        return counted == 0 ? null : [.. sums.Select(sum => sum / counted)];
    }

    // Between two borders of leaves the marginal does not change.
    static double VarianceAlong(RegressionTree tree, int axis, double mean)
    {
        double[] borders = [.. tree.Leaves.SelectMany(leaf => new[] { leaf.Low[axis], leaf.High[axis] }).Distinct().Order()];
        return borders.Zip(borders.Skip(1), (from, to) => (to - from) * Square(Marginal(tree, axis, (from + to) / 2) - mean)).Sum();
    }

    static double Marginal(RegressionTree tree, int axis, double place) =>
        tree.Leaves.Where(leaf => leaf.Low[axis] <= place && place < leaf.High[axis]).Sum(leaf => leaf.Value * leaf.Volume / leaf.Length(axis));

    static double Square(double x) => x * x;

    static double Place(Parameter parameter, IReadOnlyList<Setting> settings) =>
        settings.FirstOrDefault(setting => setting.Name == parameter.Name).Value is { } value ? parameter.Domain.Middle(value) : Nowhere;
}
