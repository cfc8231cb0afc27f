using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Api;

/// <summary>A parameter of a sweep's space.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Values">What it can be; null for numbers.</param>
/// <param name="Low">The least of numbers.</param>
/// <param name="High">The most of numbers.</param>
/// <param name="Log">Whether its logarithm is uniform.</param>
public sealed record SpaceParameter(string Name, IReadOnlyList<string>? Values, double? Low, double? High, bool Log);

/// <summary>What a sweep's trials may be, and what they are judged by.</summary>
/// <param name="Metric">The objective.</param>
/// <param name="Maximize">Whether more is better.</param>
/// <param name="Parameters">In the order of the space.</param>
/// <param name="Rungs">Epochs at which a trial has to be among the best to go on, and those of a whole trial; empty for strategies without.</param>
public sealed record SweepSpace(string Metric, bool Maximize, IReadOnlyList<SpaceParameter> Parameters, IReadOnlyList<int> Rungs)
{
    /// <summary>Of a sweep.</summary>
    public static SweepSpace Of(SweepSpec spec, string metric) =>
        new(metric, spec.Objective.Maximizes, [.. SearchSpace.Of(spec).Parameters.Select(Of)], RungsOf(spec.Strategy, new TrialSpecs(spec).Base().Epochs));

    static SpaceParameter Of(Parameter parameter) => parameter.Domain is NumberDomain number
        ? new(parameter.Name, null, number.Low, number.High, number.Log)
        : new(parameter.Name, [.. parameter.Domain.Grid(0)], null, null, false);

    static IReadOnlyList<int> RungsOf(StrategySpec strategy, int epochs) => strategy.Kind switch
    {
        StrategyKind.Asha => Asha.Rungs(strategy.MinEpochs, epochs, strategy.Reduction),
        StrategyKind.Hyperband => [.. Hyperband.Brackets(strategy.MinEpochs, epochs, strategy.Reduction).SelectMany(bracket => bracket.Rungs).Distinct().Order()],
        _ => [],
    };
}
