using Akka.Actor;
using Convoy.Shared.Protocol;
using Convoy.Shared.Transport;

namespace Convoy.Coordinator.Tests.Hosting;

/// <summary>The step that the replicas of a world share once they are synchronised.</summary>
sealed class SharedStep
{
    long _value;

    public long Value => Interlocked.Read(ref _value);

    public long Advance(int steps) => Interlocked.Add(ref _value, steps);
}

/// <summary>Plays a worker of one slot whose replica never trains, and does what an elastic world asks of it. Tells what it hears.</summary>
sealed class ElasticWorker : ReceiveActor
{
    readonly string _id;
    readonly IActorRef _jobs;
    readonly IActorRef _scheduler;
    readonly SharedStep _step;
    StartReplica? _current;

    public ElasticWorker(string id, Watcher heard, SharedStep step, IActorRef jobs, IActorRef scheduler)
    {
        (_id, _step, _jobs, _scheduler) = (id, step, jobs, scheduler);
        Receive<WorkerRegistered>(heard.See);
        Receive<RegisterAgain>(again => { heard.See(again); Register(); });
        Receive<PrepareReplica>(prepare => { heard.See(prepare); _jobs.Tell(new ReplicaPrepared(prepare.JobId, _id)); });
        Receive<StartReplica>(start => { heard.See(start); OnStart(start); });
        Receive<StopReplica>(stop => { heard.See(stop); OnStop(stop); });
        Receive<LosePeer>(_ => OnPeerLost());
        Receive<Depart>(_ => OnDepart());
    }

    protected override void PreStart() => Register();

    void Register() => _scheduler.Tell(new RegisterWorker(_id, Self, 1, "cpu", "127.0.0.1", 7000, WorldWire.Version));

    void OnStart(StartReplica start)
    {
        _current = start;
        _jobs.Tell(new ReplicaReady(start.World.JobId, start.World.Generation, start.Rank, 10, _step.Value, ["cat", "dog"], 100));
    }

    void OnStop(StopReplica stop)
    {
        if (stop.Mode != StopMode.Regroup || _current?.World.Generation != stop.Generation) return;
        _jobs.Tell(new ReplicaHeld(stop.JobId, stop.Generation, _current.Rank, _step.Value));
    }

    void OnPeerLost()
    {
        var world = _current!.World;
        var done = _step.Advance(4);
        _jobs.Tell(new StepsCommitted(world.JobId, world.Generation, 1, 0, 4, 40));
        _jobs.Tell(new PeerLost(world.JobId, world.Generation, _current.Rank, done, "the connection was reset"));
    }

    void OnDepart()
    {
        _scheduler.Tell(new WorkerLeaving(_id));
        _jobs.Tell(new LeaveWorld(_current!.World.JobId, _id));
    }

    /// <summary>Find a peer gone after four more steps.</summary>
    public sealed record LosePeer : ILocalOnly;

    /// <summary>Leave gracefully.</summary>
    public sealed record Depart : ILocalOnly;
}
