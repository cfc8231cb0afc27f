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

/// <summary>Watches who is out of reach, and whether the coordinators are still the processes that they were, and acts on what was decided.</summary>
sealed class FollowerDowningActor : ReceiveActor, IWithTimers
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    readonly Akka.Cluster.Cluster _cluster;
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly Incarnations _incarnations = new();
    ImmutableHashSet<UniqueAddress> _unreachable = [];
    DateTime _since = DateTime.MaxValue;
    bool _hadCoordinators;

    public FollowerDowningActor(Akka.Cluster.Cluster cluster)
    {
        _cluster = cluster;
        Receive<Look>(_ => OnLook());
        Receive<ActorIdentity>(_incarnations.Hear);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Look), new Look(), Interval);

    void OnLook()
    {
        var state = _cluster.State;
        var unreachable = state.Unreachable.Where(FollowerDowning.IsVoter).Select(member => member.UniqueAddress).ToImmutableHashSet();
        if (!unreachable.SetEquals(_unreachable)) (_unreachable, _since) = (unreachable, DateTime.UtcNow);
        var coordinators = state.Members.Where(FollowerDowning.IsVoter).ToList();
        _hadCoordinators |= coordinators.Count > 0;
        if (!_hadCoordinators) return;
        Ask(coordinators);
        Act(FollowerDowning.Decide(View(state, coordinators), unreachable.IsEmpty ? TimeSpan.Zero : DateTime.UtcNow - _since, state.Leader == _cluster.SelfAddress));
    }

    void Ask(IReadOnlyList<Member> coordinators)
    {
        foreach (var member in coordinators) Context.ActorSelection($"{member.Address}{Incarnations.Asked}").Tell(new Identify(Incarnations.IdOf(member)));
    }

    CoordinatorsInView View(ClusterEvent.CurrentClusterState state, IReadOnlyList<Member> coordinators)
    {
        var byReach = coordinators.ToLookup(member => state.Unreachable.Contains(member), member => member.Address);
        return new(byReach[false].ToHashSet(), byReach[true].ToHashSet(), coordinators.Where(_incarnations.IsAnother).Select(member => member.Address).ToHashSet(), state.Members.Any(IsPassing));
    }

    static bool IsPassing(Member member) => member.HasRole(NodeRoles.Coordinator) && member.Status is (MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Exiting);

    void Act(Downing decision)
    {
        if (decision == Downing.Wait) return;
        if (decision == Downing.Self)
        {
            Timers.CancelAll();
            NodeOut.PutOut(_cluster, "lost the coordinators, or most of them");
            return;
        }
        _log.Warning("putting out coordinators out of reach: {0}", string.Join(", ", _unreachable.Select(node => node.Address)));
        foreach (var node in _unreachable) _cluster.Down(node.Address);
    }

    sealed record Look : ILocalOnly;
}

/// <summary>Tells whether the process at a member's address is still that member: an actor that every node of a cluster has carries another uid in every process.</summary>
sealed class Incarnations
{
    /// <summary>The path of that actor.</summary>
    public const string Asked = "/system/cluster";

    readonly Dictionary<string, (long First, long Latest)> _uids = [];

    /// <summary>What an <see cref="Identify"/> to a member's address carries.</summary>
    public static string IdOf(Member member) => $"{member.Address}#{member.UniqueAddress.Uid}";

    /// <summary>Hears an answer.</summary>
    public void Hear(ActorIdentity answer)
    {
        if (answer is not { MessageId: string member, Subject.Path.Uid: var uid }) return;
        _uids[member] = (_uids.TryGetValue(member, out var known) ? known.First : uid, uid);
    }

    /// <summary>Whether another process than the member itself has answered at its address.</summary>
    public bool IsAnother(Member member) => _uids.TryGetValue(IdOf(member), out var known) && known.First != known.Latest;
}
