using Convoy.Shared.Data;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Every combination once, in an order drawn by the seed: a budget that ends early has looked everywhere a little.</summary>
/// <param name="search">Where.</param>
/// <param name="points">Values of a parameter that has no step.</param>
/// <param name="seed">The sweep's.</param>
public sealed class GridSampler(Search search, int points, int seed) : ISampler
{
    readonly Lazy<Queue<Assignment>> _rest = new(() =>
    {
        Assignment[] grid = [.. search.Space.Grid(points)];
        SeededRandom.Of("grid search", seed).Shuffle<Assignment>(grid);
        return new(grid);
    });
    // Those of the grid that were looked at and make a training spec of their own.
    readonly List<(Assignment Values, string Key)> _known = [];
    readonly HashSet<string> _keys = [];

    /// <inheritdoc/>
    public Assignment? Sample(Trials trials) => Points().FirstOrDefault(point => !trials.Knows(point.Key)).Values;

    IEnumerable<(Assignment Values, string Key)> Points()
    {
        foreach (var point in _known) yield return point;
        while (_rest.Value.TryDequeue(out var values))
        {
            if (search.Key(values) is not { } key || !_keys.Add(key)) continue;
            _known.Add((values, key));
            yield return (values, key);
        }
    }
}
