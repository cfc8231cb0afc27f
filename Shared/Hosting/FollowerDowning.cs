using Akka.Actor;
using Akka.Cluster;

namespace Convoy.Shared.Hosting;

/// <summary>What becomes of nodes that are out of reach.</summary>
public enum Downing
{
    /// <summary>It is too early to say, or for another node to do.</summary>
    Wait,
    /// <summary>The coordinators among them are put out; these do the same with the others.</summary>
    Unreachable,
    /// <summary>This node leaves and joins again: it has no coordinators, or they go on without it.</summary>
    Self,
}

/// <summary>The coordinators as a node sees them that is none.</summary>
/// <param name="Reachable">Those in reach.</param>
/// <param name="Unreachable">Those out of reach.</param>
/// <param name="Restarted">Those of both at whose address another process answers by now.</param>
/// <param name="Passing">Whether one is just joining or leaving the cluster.</param>
public sealed record CoordinatorsInView(IReadOnlySet<Address> Reachable, IReadOnlySet<Address> Unreachable, IReadOnlySet<Address> Restarted, bool Passing)
{
    /// <summary>Whether none is left, however they went: each has left, or has been started anew and is in another cluster.</summary>
    public bool AreGone => !Passing && Reachable.Concat(Unreachable).All(Restarted.Contains);
}

/// <summary>How a node that is no coordinator decides about a partition. It stays with the majority of the coordinators, as their own
/// split-brain resolver does; a node that has lost them joins again, however they went: what it holds in memory outlives that.</summary>
public static class FollowerDowning
{
    /// <summary>How long the same nodes must be out of reach; the coordinators' <c>stable-after</c> too.</summary>
    public static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(4);

    /// <summary>The decision.</summary>
    /// <param name="coordinators">Those that this node sees, and that it has seen before.</param>
    /// <param name="stable">How long the same coordinators have been out of reach.</param>
    /// <param name="leads">Whether this node is the one that acts for all in reach.</param>
    public static Downing Decide(CoordinatorsInView coordinators, TimeSpan stable, bool leads)
    {
        if (coordinators.AreGone) return Downing.Self;
        if (stable < StableAfter) return Downing.Wait;
        if (!IsMajority(coordinators.Reachable, coordinators.Unreachable)) return Downing.Self;
        return leads && coordinators.Unreachable.Count > 0 ? Downing.Unreachable : Downing.Wait;
    }

    /// <summary>Whether a node's vote counts in that: it is a coordinator and not just coming.</summary>
    internal static bool IsVoter(Member member) => member.HasRole(NodeRoles.Coordinator) && member.Status is (MemberStatus.Up or MemberStatus.Leaving);

    /// <summary>Whether the coordinators in reach are the majority; of two halves the one with the lowest address, as keep-majority has it.</summary>
    internal static bool IsMajority(IReadOnlySet<Address> reachable, IReadOnlySet<Address> unreachable) =>
        reachable.Count != unreachable.Count || reachable.Count == 0
            ? reachable.Count > unreachable.Count
            : reachable.Min(Member.AddressOrdering)!.CompareTo(unreachable.Min(Member.AddressOrdering)!) < 0;
}
