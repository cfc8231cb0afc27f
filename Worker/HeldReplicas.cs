using System.Diagnostics;
using Akka.Actor;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Protocol;
using Convoy.Worker.Actors;

namespace Convoy.Worker;

/// <summary>The replicas of a worker, with all that they have learnt: held by the process, so that they outlive the node that it joins a cluster by. Meanwhile
/// what they say is lost; they tell it again with their next world.</summary>
public sealed class HeldReplicas : IStreamDirectory, IDisposable
{
    // Of a cluster that comes together again workers may be there before its augmenters.
    static readonly TimeSpan AugmentersComeWithin = TimeSpan.FromSeconds(10);
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.1);

    readonly List<ReplicaThread> _replicas = [];
    readonly Lock _gate = new();
    IActorRef _jobs = ActorRefs.Nobody, _owner = ActorRefs.Nobody;
    volatile IStreamDirectory _streams = IStreamDirectory.None;
    volatile bool _hadAugmenters;
    long _joined; // when it was taken over

    /// <inheritdoc/>
    public bool HasAugmenters => _streams.HasAugmenters && (_hadAugmenters = true);

    /// <inheritdoc/>
    public void AwaitAugmenters(CancellationToken cancel)
    {
        while (_hadAugmenters && !HasAugmenters && Stopwatch.GetElapsedTime(Volatile.Read(ref _joined)) < AugmentersComeWithin && !cancel.IsCancellationRequested)
            cancel.WaitHandle.WaitOne(BetweenLooks);
    }

    /// <inheritdoc/>
    public Task<StreamOpened> OpenAsync(OpenStream request, CancellationToken cancel) => _streams.OpenAsync(request, cancel);

    /// <summary>Takes them over to a node that joins.</summary>
    /// <param name="jobs">The way to their jobs.</param>
    /// <param name="streams">The cluster's augmenters.</param>
    /// <param name="owner">Who hears of their end, and who alone uses what this gives.</param>
    /// <returns>Those that live.</returns>
    internal List<ReplicaThread> Attach(IActorRef jobs, IStreamDirectory streams, IActorRef owner)
    {
        Volatile.Write(ref _joined, Stopwatch.GetTimestamp());
        _streams = streams;
        lock (_gate) (_jobs, _owner) = (jobs, owner);
        _replicas.RemoveAll(replica => replica.HasEnded);
        return _replicas;
    }

    /// <summary>The node goes down.</summary>
    internal void Detach()
    {
        lock (_gate) (_jobs, _owner) = (ActorRefs.Nobody, ActorRefs.Nobody);
    }

    /// <summary>Tells a job something.</summary>
    internal void Tell(IJobMessage message) => Get(ref _jobs).Tell(message);

    /// <summary>Tells whoever has taken them over something.</summary>
    internal void TellOwner(ILocalOnly message) => Get(ref _owner).Tell(message);

    IActorRef Get(ref IActorRef actor)
    {
        lock (_gate) return actor;
    }

    /// <summary>Ends them.</summary>
    public void Dispose()
    {
        foreach (var replica in _replicas) replica.Abort();
    }
}
