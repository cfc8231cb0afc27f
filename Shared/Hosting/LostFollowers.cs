using System.Collections.Immutable;
using Akka.Cluster;

namespace Convoy.Shared.Hosting;

/// <summary>Nodes that are no coordinators and that a coordinator cannot reach. Each is put out by a clock of its own: the split-brain resolver waits until
/// nothing changes, which it does not where machines come and go every few seconds, and then takes the whole cluster down.</summary>
/// <param name="Since">When each of them was first seen so.</param>
public sealed record LostFollowers(ImmutableDictionary<UniqueAddress, TimeSpan> Since)
{
    /// <summary>None yet.</summary>
    public static readonly LostFollowers None = new(ImmutableDictionary<UniqueAddress, TimeSpan>.Empty);

    /// <summary>Those that are out of reach now, and which of them are to be put out.</summary>
    /// <param name="unreachable">Out of reach now.</param>
    /// <param name="now">On a clock that does not go back.</param>
    /// <param name="acts">Whether this coordinator acts for all: it sees the majority of the coordinators and is the first of them.</param>
    public (LostFollowers Next, IReadOnlyList<UniqueAddress> Out) See(IEnumerable<UniqueAddress> unreachable, TimeSpan now, bool acts)
    {
        var since = unreachable.ToImmutableDictionary(node => node, node => Since.GetValueOrDefault(node, now));
        return (new(since), acts ? [.. since.Where(node => now - node.Value >= FollowerDowning.StableAfter).Select(node => node.Key)] : []);
    }
}
