using Convoy.Shared.Models;
using Convoy.Shared.Specs.Sweeps;
using MessagePack;

namespace Convoy.Coordinator.Sweeps;

/// <summary>What a sweep's view and journal need of its spec, journalled so that replay never reads YAML.</summary>
/// <param name="Name">What the sweep is called.</param>
/// <param name="Metric">The objective: a column of <c>history.csv</c>.</param>
/// <param name="Maximizes">Whether more of it is better.</param>
/// <param name="Parallel">Most trials at a time.</param>
/// <param name="Epochs">Of a whole trial.</param>
/// <param name="MostTrials">Null for no bound.</param>
/// <param name="MostEpochs">Of all trials together; null for no bound.</param>
/// <param name="MostSeconds">Null for no bound.</param>
/// <param name="Priority">Higher goes first.</param>
[MessagePackObject]
public sealed record SweepPlan(
    [property: Key(0)] string Name,
    [property: Key(1)] string Metric,
    [property: Key(2)] bool Maximizes,
    [property: Key(3)] int Parallel,
    [property: Key(4)] int Epochs,
    [property: Key(5)] int? MostTrials,
    [property: Key(6)] int? MostEpochs,
    [property: Key(7)] double? MostSeconds,
    [property: Key(8)] int Priority)
{
    /// <summary>The plan of a spec.</summary>
    /// <param name="sweep">The spec.</param>
    /// <param name="epochs">Of a whole trial.</param>
    /// <param name="priority">Higher goes first.</param>
    public static SweepPlan Of(SweepSpec sweep, int epochs, int priority) => new(
        sweep.Name, SnakeCase.Of(sweep.Objective.Metric.ToString()), sweep.Objective.Maximizes, sweep.Parallel, epochs,
        sweep.Budget.Trials, sweep.Budget.Epochs, sweep.Budget.WallTime, priority);

    /// <summary>A metric's value as a score, of which more is better; a score as the metric's value.</summary>
    public double Turn(double value) => Maximizes ? value : -value;
}
