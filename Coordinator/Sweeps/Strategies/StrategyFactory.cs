using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Makes strategies of what a sweep says.</summary>
public static class StrategyFactory
{
    /// <summary>The strategy of a sweep, its stopping rule and its budget of trials and epochs included; its wall time is the sweep's own to watch.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="search">Where its trials are sought.</param>
    /// <param name="epochs">Of a whole trial.</param>
    public static IStrategy Of(SweepSpec sweep, Search search, int epochs)
    {
        var sampler = Sampler(sweep, search);
        if (sweep.Budget.Trials is { } trials) sampler = new LimitedSampler(sampler, trials);
        var strategy = Strategy(sweep.Strategy, sampler, epochs);
        if (sweep.Stopping is { } stopping) strategy = new MedianStopping(strategy, stopping.GraceEpochs, stopping.MinTrials);
        return sweep.Budget.Epochs is { } most ? new EpochBudget(strategy, most) : strategy;
    }

    /// <summary>The strategy of a sweep.</summary>
    public static IStrategy Of(SweepSpec sweep)
    {
        var specs = new TrialSpecs(sweep);
        return Of(sweep, new Search(SearchSpace.Of(sweep), specs.Key), specs.Base().Epochs);
    }

    static IStrategy Strategy(StrategySpec spec, ISampler sampler, int epochs) => spec.Kind switch
    {
        StrategyKind.Asha => new Asha(sampler, Asha.Rungs(spec.MinEpochs, epochs, spec.Reduction), spec.Reduction),
        StrategyKind.Hyperband => new Hyperband(sampler, spec.MinEpochs, epochs, spec.Reduction),
        _ => new WholeTrials(sampler, epochs),
    };

    static ISampler Sampler(SweepSpec sweep, Search search) => sweep.Strategy switch
    {
        { Kind: StrategyKind.Grid } grid => new GridSampler(search, grid.Points, sweep.Seed),
        { Kind: StrategyKind.Tpe } tpe => new TpeSampler(search, sweep.Seed, tpe.Startup, tpe.Candidates, tpe.Gamma),
        { Sampler: SamplerKind.Tpe } => new TpeSampler(search, sweep.Seed),
        _ => new RandomSampler(search, sweep.Seed),
    };
}
