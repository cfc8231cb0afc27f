using Akka.Actor;
using Akka.Cluster;
using Convoy.Shared.Protocol;
using Convoy.Shared.Transport;

namespace Convoy.Coordinator.Api;

/// <summary>A member of the cluster.</summary>
/// <param name="Address">Of its control plane: <c>host:port</c>.</param>
/// <param name="Roles">What it does.</param>
/// <param name="Status">Of its membership: <c>joining</c>, <c>up</c>, <c>leaving</c>, ...; <c>unreachable</c> where it does not answer.</param>
public sealed record NodeView(string Address, IReadOnlyList<string> Roles, string Status);

/// <summary>The cluster as one of its members sees it.</summary>
/// <param name="Nodes">By address.</param>
/// <param name="Workers">By id.</param>
public sealed record ClusterView(IReadOnlyList<NodeView> Nodes, IReadOnlyList<WorkerStatus> Workers)
{
    /// <inheritdoc/>
    public bool Equals(ClusterView? other) => other is not null && Workers.SequenceEqual(other.Workers)
        && Nodes.Count == other.Nodes.Count && Nodes.Zip(other.Nodes).All(pair => pair.Item1 with { Roles = pair.Item2.Roles } == pair.Item2);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Nodes.Count, Workers.Count);
}

/// <summary>Members and workers.</summary>
sealed class ClusterIndex(ActorSystem system, WorkerIndex workers)
{
    public async Task<ClusterView> GetAsync(CancellationToken cancel)
    {
        var state = Cluster.Get(system).State;
        return new([.. state.Members.Select(member => Of(member, state)).OrderBy(node => node.Address, StringComparer.Ordinal)], (await workers.ListAsync(cancel)).Workers);
    }

    static NodeView Of(Member member, ClusterEvent.CurrentClusterState state) => new(
        $"{new HostPort(HostPort.Bare(member.Address.Host!), member.Address.Port ?? 0)}", [.. member.Roles.Order(StringComparer.Ordinal)],
        state.Unreachable.Contains(member) ? "unreachable" : member.Status.ToString().ToLowerInvariant());
}
