using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Where trials are sought.</summary>
/// <param name="space">What they may be.</param>
/// <param name="key">What the training spec that comes of such parameters is recognised by; null where none does. Asked last and once, since it takes longest.</param>
public sealed class Search(SearchSpace space, Func<Assignment, string?> key)
{
    // Of a continuum no two draws are the same: what is known of them must not grow for ever.
    const int MostKnown = 10_000;

    readonly Dictionary<Assignment, string?> _keys = [];

    /// <summary>What trials may be.</summary>
    public SearchSpace Space => space;

    /// <summary>Whether these parameters are allowed, and no trial has the same training spec.</summary>
    public bool IsOpen(Assignment values, Trials trials) => space.Allows(values) && !trials.Has(values) && Key(values) is { } known && !trials.Knows(known);

    /// <summary>What the training spec of these parameters is recognised by; null where there is none.</summary>
    public string? Key(Assignment values)
    {
        if (_keys.TryGetValue(values, out var known)) return known;
        if (_keys.Count == MostKnown) _keys.Clear();
        return _keys[values] = key(values);
    }
}
