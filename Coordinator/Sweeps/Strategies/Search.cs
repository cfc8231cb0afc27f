using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Where trials are sought.</summary>
/// <param name="Space">What they may be.</param>
/// <param name="Key">What the training spec that comes of such parameters is recognised by; null where none does. Asked last, since it takes longest.</param>
public sealed record Search(SearchSpace Space, Func<Assignment, string?> Key)
{
    /// <summary>Whether these parameters are allowed, and no trial has the same training spec.</summary>
    public bool IsOpen(Assignment values, Trials trials) => Space.Allows(values) && Key(values) is { } key && !trials.Knows(key);
}
