using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Has a node decide by <see cref="FollowerDowning"/>; named in the configuration of nodes that are no coordinators.</summary>
public sealed class FollowerDowningProvider : IDowningProvider
{
    readonly Akka.Cluster.Cluster _cluster;

    /// <summary>As Akka makes it.</summary>
    public FollowerDowningProvider(ActorSystem system, Akka.Cluster.Cluster cluster) => _cluster = cluster;

    /// <summary>The setting that names this class.</summary>
    internal static string Setting => $"akka.cluster.downing-provider-class = \"{typeof(FollowerDowningProvider).FullName}, {typeof(FollowerDowningProvider).Assembly.GetName().Name}\"";

    /// <inheritdoc/>
    public TimeSpan DownRemovalMargin => FollowerDowning.StableAfter;

    /// <inheritdoc/>
    public Props DowningActorProps => Props.Create(() => new FollowerDowningActor(_cluster));
}

/// <summary>Watches who is out of reach and acts on what was decided.</summary>
sealed class FollowerDowningActor : ReceiveActor, IWithTimers
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    readonly Akka.Cluster.Cluster _cluster;
    readonly ILoggingAdapter _log = Context.GetLogger();
    ImmutableHashSet<UniqueAddress> _unreachable = [];
    DateTime _since = DateTime.UtcNow;

    public FollowerDowningActor(Akka.Cluster.Cluster cluster)
    {
        _cluster = cluster;
        Receive<Look>(_ => OnLook());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Look), new Look(), Interval);

    void OnLook()
    {
        var state = _cluster.State;
        var unreachable = state.Unreachable.Select(member => member.UniqueAddress).ToImmutableHashSet();
        if (!unreachable.SetEquals(_unreachable)) (_unreachable, _since) = (unreachable, DateTime.UtcNow);
        if (unreachable.IsEmpty) return;
        var coordinators = state.Members.Where(IsVoter).ToLookup(member => state.Unreachable.Contains(member), member => member.Address);
        Act(FollowerDowning.Decide([.. coordinators[false]], [.. coordinators[true]], DateTime.UtcNow - _since, state.Leader == _cluster.SelfAddress));
    }

    static bool IsVoter(Member member) => member.HasRole(NodeRoles.Coordinator) && member.Status is (MemberStatus.Up or MemberStatus.Leaving);

    void Act(Downing decision)
    {
        if (decision == Downing.Wait) return;
        IEnumerable<Address> down = decision == Downing.Self ? [_cluster.SelfAddress] : _unreachable.Select(node => node.Address);
        _log.Warning("putting out {0}: {1}", decision == Downing.Self ? "this node, which has lost the coordinators" : "nodes out of reach", string.Join(", ", down));
        foreach (var address in down) _cluster.Down(address);
    }

    sealed record Look : ILocalOnly;
}
