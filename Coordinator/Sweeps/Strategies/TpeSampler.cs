using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>The tree-structured Parzen estimator (Bergstra et al., Algorithms for Hyper-Parameter Optimization, 2011), in Optuna's form: of draws from the density of
/// good trials, the one at which that density is highest against the density of all others. Parameters that exist together are modelled together; those with a
/// condition of their own by the trials that have them. Trials without a score count as bad, so that places filled at the same time do not get the same.</summary>
/// <param name="search">Where.</param>
/// <param name="seed">The sweep's.</param>
/// <param name="startup">Trials drawn at random before.</param>
/// <param name="candidates">Draws among which it chooses.</param>
/// <param name="gamma">Share of good trials.</param>
public sealed class TpeSampler(Search search, int seed, int startup = 10, int candidates = 24, double gamma = 0.1) : ISampler
{
    const int MostGood = 25;
    const int Patience = 50;

    readonly RandomSampler _random = new(search, seed);
    readonly IReadOnlyList<IReadOnlyList<Parameter>> _groups = [.. search.Space.Parameters.GroupBy(Condition).Select(group => group.ToList())];

    /// <inheritdoc/>
    public Assignment? Sample(Trials trials)
    {
        if (trials.All.Count(IsObserved) < startup) return _random.Sample(trials);
        var (good, bad) = Split(trials);
        List<(ParzenEstimator Good, ParzenEstimator Bad)> densities = [.. _groups.Select(group => (Density(group, good), Density(group, bad)))];
        var random = SeededRandom.Of("tpe", seed, trials.Count);
        return Enumerable.Range(0, Patience).Select(_ => Draw(densities, random)).FirstOrDefault(values => search.IsOpen(values, trials)) ?? _random.Sample(trials);
    }

    Assignment Draw(IReadOnlyList<(ParzenEstimator Good, ParzenEstimator Bad)> densities, SeededRandom random)
    {
        var chosen = new Dictionary<string, string>();
        foreach (var (group, (good, bad)) in _groups.Zip(densities))
        {
            var best = Enumerable.Range(0, candidates).Select(_ => good.Draw(random)).MaxBy(values => good.LogDensity(values) - bad.LogDensity(values))!;
            foreach (var (i, parameter) in group.Index()) chosen[parameter.Name] = best[i];
        }
        return search.Space.Fill((parameter, _) => chosen[parameter.Name]);
    }

    (IReadOnlyList<Trial> Good, IReadOnlyList<Trial> Bad) Split(Trials trials)
    {
        // A whole trial says more than one that ended early, and that the more the longer it trained.
        List<Trial> ranked = [.. trials.All.Where(IsObserved)
            .OrderByDescending(trial => trial.Phase == TrialPhase.Completed)
            .ThenByDescending(trial => trial.Epochs)
            .ThenByDescending(trial => trial.Best)];
        var good = ranked.Take(Math.Min(MostGood, (int)Math.Ceiling(gamma * ranked.Count))).Select(trial => trial.Number).ToHashSet();
        return ([.. trials.All.Where(trial => good.Contains(trial.Number))], [.. trials.All.Where(trial => !good.Contains(trial.Number))]);
    }

    static ParzenEstimator Density(IReadOnlyList<Parameter> group, IReadOnlyList<Trial> trials) =>
        new(group, [.. trials.Select(trial => trial.Values).Where(values => values[group[0].Name] is not null)]);

    static bool IsObserved(Trial trial) => trial.HasScore && trial.Phase != TrialPhase.Failed;

    static string Condition(Parameter parameter) => string.Join('\n', parameter.When.OrderBy(other => other.Key, StringComparer.Ordinal).Select(other => $"{other.Key}: {string.Join(", ", other.Value)}"));
}
