using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Chooses the parameters of the next trial. A pure function of the trials, as a strategy is.</summary>
public interface ISampler
{
    /// <summary>Parameters that have not been tried; null where there are none left.</summary>
    Assignment? Sample(Trials trials);
}

/// <summary>No more than so many trials.</summary>
/// <param name="inner">Who chooses them.</param>
/// <param name="most">How many.</param>
public sealed class LimitedSampler(ISampler inner, int most) : ISampler
{
    /// <inheritdoc/>
    public Assignment? Sample(Trials trials) => trials.Count < most ? inner.Sample(trials) : null;
}
