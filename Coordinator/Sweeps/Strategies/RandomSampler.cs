using Convoy.Shared.Data;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Independent draws, none twice (Bergstra and Bengio 2012). The draws of a trial are a function of the seed and its number.</summary>
/// <param name="search">Where.</param>
/// <param name="seed">The sweep's.</param>
public sealed class RandomSampler(Search search, int seed) : ISampler
{
    // So many draws in a row that were tried before or are not allowed: the space is used up.
    const int Patience = 1000;

    /// <inheritdoc/>
    public Assignment? Sample(Trials trials)
    {
        var random = SeededRandom.Of("random search", seed, trials.Count);
        return Enumerable.Range(0, Patience).Select(_ => search.Space.Draw(random)).FirstOrDefault(values => search.IsOpen(values, trials));
    }
}
