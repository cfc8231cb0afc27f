using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Where trials are sought.</summary>
/// <param name="Space">What they may be.</param>
/// <param name="Fits">Whether a training spec comes of such parameters; asked last, since it takes longest.</param>
public sealed record Search(SearchSpace Space, Func<Assignment, bool> Fits)
{
    /// <summary>Whether these parameters are allowed and have not been tried.</summary>
    public bool IsOpen(Assignment values, Trials trials) => !trials.Known.Contains(values) && Space.Allows(values) && Fits(values);
}
