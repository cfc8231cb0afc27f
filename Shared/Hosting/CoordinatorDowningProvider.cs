using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.SBR;
using Akka.Event;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Has a coordinator decide about other coordinators by Akka's split-brain resolver, and about all other nodes by <see cref="LostFollowers"/>;
/// named in the configuration of coordinators.</summary>
public sealed class CoordinatorDowningProvider : IDowningProvider
{
    readonly Akka.Cluster.Cluster _cluster;
    readonly SplitBrainResolverProvider _resolver;

    /// <summary>As Akka makes it.</summary>
    public CoordinatorDowningProvider(ActorSystem system, Akka.Cluster.Cluster cluster) => (_cluster, _resolver) = (cluster, new(system, cluster));

    /// <summary>The settings that name this class and keep the resolver from taking every node down where workers come and go.</summary>
    internal static string Settings => $"""
        akka.cluster.downing-provider-class = "{typeof(CoordinatorDowningProvider).FullName}, {typeof(CoordinatorDowningProvider).Assembly.GetName().Name}"
        akka.cluster.split-brain-resolver.stable-after = {FollowerDowning.StableAfter.TotalSeconds}s
        akka.cluster.split-brain-resolver.down-all-when-unstable = off
        """;

    /// <inheritdoc/>
    public TimeSpan DownRemovalMargin => _resolver.DownRemovalMargin;

    /// <inheritdoc/>
    public Props DowningActorProps => Props.Create(() => new CoordinatorDowningActor(_cluster, _resolver.DowningActorProps));
}

/// <summary>Watches who of the others is out of reach, beside the resolver.</summary>
sealed class CoordinatorDowningActor : ReceiveActor, IWithTimers
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    readonly Akka.Cluster.Cluster _cluster;
    readonly Props _resolver;
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly long _began = Stopwatch.GetTimestamp();
    LostFollowers _lost = LostFollowers.None;

    public CoordinatorDowningActor(Akka.Cluster.Cluster cluster, Props resolver)
    {
        (_cluster, _resolver) = (cluster, resolver);
        Receive<Look>(_ => OnLook());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.ActorOf(_resolver, "resolver");
        Timers.StartPeriodicTimer(nameof(Look), new Look(), Interval);
    }

    void OnLook()
    {
        var state = _cluster.State;
        var coordinators = state.Members.Where(FollowerDowning.IsVoter).ToLookup(member => state.Unreachable.Contains(member), member => member.Address);
        var acts = FollowerDowning.IsMajority(coordinators[false].ToHashSet(), coordinators[true].ToHashSet()) && coordinators[false].Min(Member.AddressOrdering) == _cluster.SelfAddress;
        (_lost, var lost) = _lost.See(state.Unreachable.Where(member => !member.HasRole(NodeRoles.Coordinator) && member.Status != MemberStatus.Down).Select(member => member.UniqueAddress), Stopwatch.GetElapsedTime(_began), acts);
        if (lost.Count > 0) _log.Warning("putting out nodes out of reach: {0}", string.Join(", ", lost.Select(node => node.Address)));
        foreach (var node in lost) _cluster.Down(node.Address);
    }

    sealed record Look : ILocalOnly;
}
