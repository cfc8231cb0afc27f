using Akka.Actor;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Scheduling;

/// <summary>The cluster's one scheduler: keeps the snapshot, lets <see cref="SchedulerLogic"/> decide, tells the jobs.</summary>
public sealed class SchedulerActor : ReceiveActor
{
    readonly IActorRef _jobs;
    readonly Dictionary<string, string> _told = [];
    SchedulerState _state = SchedulerState.Empty;

    /// <param name="jobs">The jobs' shard region.</param>
    public SchedulerActor(IActorRef jobs)
    {
        _jobs = jobs;
        Receive<RegisterWorker>(OnRegister);
        Receive<RequestSlots>(OnRequest);
        Receive<ReleaseSlots>(OnRelease);
        Receive<Terminated>(OnTerminated);
        Receive<GetWorkers>(_ => Sender.Tell(Workers()));
    }

    void OnRegister(RegisterWorker worker)
    {
        // The same id from another actor: the worker was started anew before its end was noticed.
        if (_state.Workers.TryGetValue(worker.WorkerId, out var known) && !known.Worker.Equals(worker.Worker)) Remove(known);
        Context.Watch(worker.Worker);
        _state = _state.With(worker);
        Sender.Tell(new WorkerRegistered(worker.WorkerId));
        Assign();
    }

    void OnRequest(RequestSlots request)
    {
        _told.Remove(request.JobId);
        _state = _state.With(request);
        Assign();
    }

    void OnRelease(ReleaseSlots release)
    {
        _told.Remove(release.JobId);
        _state = _state.Without(release.JobId);
        Assign();
    }

    void OnTerminated(Terminated terminated)
    {
        foreach (var worker in _state.Workers.Values.Where(worker => worker.Worker.Equals(terminated.ActorRef)).ToList()) Remove(worker);
        Assign();
    }

    void Remove(RegisterWorker worker)
    {
        Context.Unwatch(worker.Worker);
        var holders = _state.HoldersOf(worker.WorkerId);
        _state = _state.WithoutWorker(worker.WorkerId);
        foreach (var job in holders) _jobs.Tell(new SlotsLost(job, worker.WorkerId));
    }

    void Assign()
    {
        var assignment = SchedulerLogic.Assign(_state);
        _state = assignment.State;
        foreach (var grant in assignment.Granted) _jobs.Tell(grant);
        foreach (var waiting in assignment.Waiting.Where(waiting => _told.GetValueOrDefault(waiting.JobId) != waiting.Why))
        {
            _told[waiting.JobId] = waiting.Why;
            _jobs.Tell(waiting);
        }
    }

    WorkerList Workers() => new([.. _state.Workers.Values.Select(worker => new WorkerStatus(worker.WorkerId, worker.Slots, _state.FreeOn(worker), worker.Device, worker.Host))]);
}
