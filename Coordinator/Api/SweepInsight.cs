using System.Collections.Concurrent;
using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Monitoring.Importance;
using Convoy.Shared.Data;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Api;

/// <summary>A parameter of a sweep's space.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Values">What it can be; null for numbers.</param>
/// <param name="Low">The least of numbers.</param>
/// <param name="High">The most of numbers.</param>
/// <param name="Log">Whether its logarithm is uniform.</param>
/// <param name="Share">Share of the objective's variance that it explains alone, 0 to 1; null where trials are too few.</param>
public sealed record ParameterView(string Name, IReadOnlyList<string>? Values, double? Low, double? High, bool Log, double? Share);

/// <summary>A sweep's space, and what its parameters matter.</summary>
/// <param name="Metric">The objective.</param>
/// <param name="Maximize">Whether more is better.</param>
/// <param name="Parameters">In the order of the space.</param>
/// <param name="Trials">How many trials the shares were learnt from; 0 where they are too few.</param>
/// <param name="Together">Share that parameters explain together only; null where trials are too few.</param>
/// <param name="Rungs">Epochs at which a trial has to be among the best to go on; empty for strategies without.</param>
public sealed record SweepInsight(string Metric, bool Maximize, IReadOnlyList<ParameterView> Parameters, int Trials, double? Together, IReadOnlyList<int> Rungs);

/// <summary>Learns what parameters matter: once for all who ask, and again when trials have been added.</summary>
sealed class SweepInsights(ISweepClient sweeps)
{
    // A forest on more takes seconds and says the same.
    const int MostTrials = 300;

    readonly ConcurrentDictionary<string, (int Trials, SweepInsight Insight)> _known = new(StringComparer.Ordinal);

    public async Task<SweepInsight> GetAsync(string sweepId, CancellationToken cancel)
    {
        var view = await sweeps.GetAsync(sweepId, cancel);
        var counted = view.Counts.Completed + view.Counts.Stopped + view.Counts.Paused;
        if (_known.TryGetValue(sweepId, out var known) && known.Trials == counted) return known.Insight;
        var spec = RecordReader.Read<SweepSpec>(await File.ReadAllTextAsync(SpecFile(view), cancel), "sweep.yaml");
        var trials = await sweeps.TrialsAsync(sweepId, cancel);
        var insight = await Task.Run(() => Of(spec, view.Metric, trials), cancel);
        _known[sweepId] = (counted, insight);
        return insight;
    }

    /// <summary>Where its folder has its spec.</summary>
    public static string SpecFile(SweepView view) =>
        Path.Combine(view.Folder, "spec.yaml") is var file && File.Exists(file) ? file : throw new UnknownJobException($"the folder of sweep '{view.SweepId}' has no spec");

    static SweepInsight Of(SweepSpec spec, string metric, IReadOnlyList<TrialView> trials)
    {
        var parameters = SearchSpace.Of(spec).Parameters;
        var points = Drawn([.. trials.Where(trial => trial is { Phase: not TrialPhase.Running, Objective: { } value } && double.IsFinite(value)).Select(trial => (trial.Settings, trial.Objective!.Value))], spec.Seed);
        var shares = ParameterImportance.Of(parameters, points, spec.Seed);
        return new(metric, spec.Objective.Maximizes, [.. parameters.Select(parameter => Of(parameter, shares))],
            shares is null ? 0 : points.Count, shares is null ? null : Math.Max(0, 1 - shares.Values.Sum()), Rungs(spec));
    }

    static IReadOnlyList<(IReadOnlyList<Setting>, double)> Drawn(IReadOnlyList<(IReadOnlyList<Setting>, double)> points, int seed) =>
        points.Count <= MostTrials ? points : [.. SeededRandom.Of("insight", seed).Permutation(points.Count).Take(MostTrials).Select(index => points[index])];

    static ParameterView Of(Parameter parameter, IReadOnlyDictionary<string, double>? shares)
    {
        double? share = shares is null ? null : shares[parameter.Name];
        return parameter.Domain is NumberDomain number
            ? new(parameter.Name, null, number.Low, number.High, number.Log, share)
            : new(parameter.Name, [.. parameter.Domain.Grid(0)], null, null, false, share);
    }

    static IReadOnlyList<int> Rungs(SweepSpec spec)
    {
        var (strategy, epochs) = (spec.Strategy, new TrialSpecs(spec).Base().Epochs);
        return strategy.Kind switch
        {
            StrategyKind.Asha => Asha.Rungs(strategy.MinEpochs, epochs, strategy.Reduction),
            StrategyKind.Hyperband => [.. Hyperband.Brackets(strategy.MinEpochs, epochs, strategy.Reduction).SelectMany(bracket => bracket.Rungs).Distinct().Order()],
            _ => [],
        };
    }
}
