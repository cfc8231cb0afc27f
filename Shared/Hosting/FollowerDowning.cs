using Akka.Actor;

namespace Convoy.Shared.Hosting;

/// <summary>What becomes of nodes that are out of reach.</summary>
public enum Downing
{
    /// <summary>It is too early to say, or for another node to do.</summary>
    Wait,
    /// <summary>They are put out.</summary>
    Unreachable,
    /// <summary>This node leaves: the coordinators go on without it.</summary>
    Self,
}

/// <summary>How a node that is no coordinator decides about a partition. It stays with the majority of the coordinators, as their own
/// split-brain resolver does; without it, it goes on for a while, since a coordinator that is started anew shall find it, and the
/// weights that it holds.</summary>
public static class FollowerDowning
{
    /// <summary>How long the same nodes must be out of reach; the coordinators' <c>stable-after</c> too.</summary>
    public static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(4);
    /// <summary>How long it goes on without coordinators.</summary>
    public static readonly TimeSpan AloneFor = TimeSpan.FromSeconds(60);

    /// <summary>The decision, once some node is out of reach.</summary>
    /// <param name="reachable">Coordinators in reach.</param>
    /// <param name="unreachable">Coordinators out of reach.</param>
    /// <param name="stable">How long the same nodes have been out of reach.</param>
    /// <param name="leads">Whether this node is the one that acts for all in reach.</param>
    public static Downing Decide(IReadOnlyCollection<Address> reachable, IReadOnlyCollection<Address> unreachable, TimeSpan stable, bool leads)
    {
        if (!IsMajority(reachable, unreachable)) return stable >= AloneFor ? Downing.Self : Downing.Wait;
        return leads && stable >= StableAfter ? Downing.Unreachable : Downing.Wait;
    }

    // Of two halves the one with the lowest address, as keep-majority has it.
    static bool IsMajority(IReadOnlyCollection<Address> reachable, IReadOnlyCollection<Address> unreachable) =>
        reachable.Count != unreachable.Count || reachable.Count == 0
            ? reachable.Count > unreachable.Count
            : reachable.Min(Akka.Cluster.Member.AddressOrdering)!.CompareTo(unreachable.Min(Akka.Cluster.Member.AddressOrdering)!) < 0;
}
