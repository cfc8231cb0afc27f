using Convoy.Shared.Data;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Every combination once, in an order drawn by the seed: a budget that ends early has looked everywhere a little.</summary>
/// <param name="search">Where.</param>
/// <param name="points">Values of a parameter that has no step.</param>
/// <param name="seed">The sweep's.</param>
public sealed class GridSampler(Search search, int points, int seed) : ISampler
{
    readonly Lazy<Assignment[]> _grid = new(() =>
    {
        Assignment[] grid = [.. search.Space.Grid(points)];
        SeededRandom.Of("grid search", seed).Shuffle<Assignment>(grid);
        return grid;
    });

    /// <inheritdoc/>
    public Assignment? Sample(Trials trials) => _grid.Value.FirstOrDefault(values => search.IsOpen(values, trials));
}
