using Akka.Actor;
using Akka.Event;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;
using Convoy.Shared.Transport;

namespace Convoy.Coordinator.Scheduling;

/// <summary>The cluster's one scheduler: keeps the snapshot, lets <see cref="SchedulerLogic"/> decide, tells the jobs.</summary>
public sealed class SchedulerActor : ReceiveActor, IWithTimers
{
    // What a job gives back is free for so long before others grow into it, or those of a lower priority get it: often the next trial of
    // a sweep is on its way, and worlds that grow or start would have to shrink or stop again.
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    static readonly TimeSpan TryFor = TimeSpan.FromSeconds(3);

    // A worker that lives and that its peers could not connect to is granted for so long to nobody; who tried has lost as much by it.
    static readonly TimeSpan KeepOut = TimeSpan.FromMinutes(1);

    // So often may a job say that it holds a slot of a worker that has not registered: after a move of the scheduler the jobs may be
    // heard before the workers.
    const int MaxUnseen = 3;

    readonly IActorRef _jobs;
    readonly Dictionary<string, string> _told = [];
    readonly Dictionary<(string Job, string Worker), int> _unseen = [];
    readonly HashSet<string> _leaving = [];
    readonly HashSet<string> _trying = []; // workers whose data plane is being tried
    readonly Dictionary<string, (string Why, long Since)> _shut = []; // workers that their peers cannot connect to
    readonly OncePerMinute<(string, string)> _refusals = new(TimeProvider.System);
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly NodeIdentity? _identity;
    SchedulerState _state = SchedulerState.Empty;
    int _floor = int.MinValue; // while what was given back rests

    /// <param name="jobs">The jobs' shard region.</param>
    /// <param name="identity">What the node proves to workers' data planes; null speaks plainly.</param>
    public SchedulerActor(IActorRef jobs, NodeIdentity? identity = null)
    {
        (_jobs, _identity) = (jobs, identity);
        Receive<RegisterWorker>(OnRegister);
        Receive<Tried>(OnTried);
        Receive<RequestSlots>(OnRequest);
        Receive<ReleaseSlots>(OnRelease);
        Receive<HoldSlots>(OnHold);
        Receive<WorkerSuspected>(OnSuspected);
        Receive<WorkerLeaving>(OnLeaving);
        Receive<Terminated>(OnTerminated);
        Receive<RestOver>(_ => Assign());
        Receive<GetWorkers>(_ => Sender.Tell(Workers()));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Instruments.Cluster.Add(this, () => Figures(_state));
        Instruments.WorkersLost.Add(0); // an alert watches for its first increase
    }

    /// <inheritdoc/>
    protected override void PostStop() => Instruments.Cluster.Remove(this);

    static ClusterFigures Figures(SchedulerState state) => new(state.Workers.Count - state.Suspects.Count(state.Workers.ContainsKey), state.Capacity, state.Free, state.Queue.Count);

    // Only a worker that others can connect to is of use: this node stands for them.
    void OnRegister(RegisterWorker worker)
    {
        if (worker.Greeting is null || worker.Slots == 0 || worker.Wire != WorldWire.Version) Answer(worker, Sender);
        else if (WhyShut(worker) is { } why) Refuse(worker, why, Sender);
        else if (_trying.Add(worker.WorkerId)) Try(worker, _identity).PipeTo(Self, Sender, why => new Tried(worker, why), error => new Tried(worker, error.Message));
    }

    static Task<string?> Try(RegisterWorker worker, NodeIdentity? identity) =>
        Task.Run(() => DataPlane.WhyShut(worker.Host, worker.DataPort, Hello.ToWorker(worker.Greeting!), TryFor, identity));

    string? WhyShut(RegisterWorker worker)
    {
        if (!_shut.TryGetValue(worker.WorkerId, out var shut)) return null;
        if (TimeProvider.System.GetElapsedTime(shut.Since) < KeepOut) return shut.Why;
        _shut.Remove(worker.WorkerId);
        return null;
    }

    void OnTried(Tried tried)
    {
        if (!_trying.Remove(tried.Worker.WorkerId)) return; // it leaves
        if (tried.Why is null) Answer(tried.Worker, Sender);
        else Refuse(tried.Worker, $"the coordinator cannot connect to its data plane at {new HostPort(tried.Worker.Host, tried.Worker.DataPort)}: {tried.Why}; start it with a --public-host and a --data-port by which the other nodes reach it", Sender);
    }

    void Refuse(RegisterWorker worker, string why, IActorRef asker)
    {
        if (_refusals.IsNews((worker.WorkerId, why))) _log.Warning("worker {0} gets no work: {1}", worker.WorkerId, why);
        if (_state.Workers.ContainsKey(worker.WorkerId)) _state = _state.WithSuspect(worker.WorkerId);
        asker.Tell(new WorkerRefused(worker.WorkerId, why));
    }

    void Answer(RegisterWorker worker, IActorRef asker)
    {
        asker.Tell(new WorkerRegistered(worker.WorkerId, WorldWire.Version));
        if (worker.Wire != WorldWire.Version) OnStranger(worker);
        else if (worker.Slots > 0) OnWorker(worker);
    }

    void OnWorker(RegisterWorker worker)
    {
        // The same id from another actor: the worker was started anew before its end was noticed.
        if (_state.Workers.TryGetValue(worker.WorkerId, out var known) && !known.Worker.Equals(worker.Worker)) Remove(known);
        Context.Watch(worker.Worker);
        _leaving.Remove(worker.WorkerId);
        _state = _state.With(worker);
        Assign();
    }

    // It is told in the answer, where it is new enough to understand.
    void OnStranger(RegisterWorker worker)
    {
        if (!_state.Strangers.ContainsKey(worker.WorkerId))
            _log.Warning("worker {0} on {1} speaks version {2} of the data plane and this coordinator {3}: none of its slots is granted; upgrade the older of the two", worker.WorkerId, worker.Host, WorldWire.Name(worker.Wire), WorldWire.Version);
        if (_state.Workers.TryGetValue(worker.WorkerId, out var known)) Remove(known);
        Context.Watch(worker.Worker);
        _state = _state.WithStranger(worker);
        Assign();
    }

    void OnRequest(RequestSlots request)
    {
        if (request.Again && _state.IsWaiting(request.JobId)) return;
        if (request.Again && _state.SlotsOf(request.JobId) is { } slots && slots.Count >= request.Min)
        {
            // The job still waits for what it was granted: it was not heard.
            _jobs.Tell(new SlotsGranted(request.JobId, slots));
            return;
        }
        _told.Remove(request.JobId);
        _state = _state.With(request);
        Assign();
    }

    void OnRelease(ReleaseSlots release)
    {
        _told.Remove(release.JobId);
        if (_state.Held.TryGetValue(release.JobId, out var held)) StartRest(held.Priority);
        _state = _state.Without(release.JobId);
        Assign();
    }

    bool Rests => Timers.IsTimerActive(nameof(RestOver));

    void StartRest(int priority)
    {
        _floor = Rests ? Math.Max(_floor, priority) : priority;
        Timers.StartSingleTimer(nameof(RestOver), new RestOver(), Rest);
    }

    void OnHold(HoldSlots hold)
    {
        if (_state.IsAhead(hold))
        {
            _jobs.Tell(new SlotsAdded(hold.JobId, _state.Held[hold.JobId].Added, _state.Held[hold.JobId].Offer));
            return;
        }
        if (hold.Workers.Any(_state.Strangers.ContainsKey))
        {
            // A world of another version, from before this coordinator: no worker here can join it, so that it is to save what it has and begin anew.
            _jobs.Tell(new GiveUpSlots(hold.JobId, 0));
            return;
        }
        if (_state.Held.TryGetValue(hold.JobId, out var held) && held.Workers.Count > hold.Workers.Count) StartRest(int.MinValue);
        _state = _state.With(hold);
        foreach (var worker in hold.Workers.Distinct()) Count(hold.JobId, worker);
        Assign();
        // It was asked before and has not done it yet: perhaps it was not heard.
        if (held?.Asked is { } keep && _state.Held[hold.JobId].Asked == keep) _jobs.Tell(new GiveUpSlots(hold.JobId, keep));
    }

    void Count(string jobId, string workerId)
    {
        var times = _state.Workers.ContainsKey(workerId) ? 0 : _unseen.GetValueOrDefault((jobId, workerId)) + 1;
        _unseen[(jobId, workerId)] = times;
        if (times is > 0 and < MaxUnseen) return;
        _unseen.Remove((jobId, workerId));
        if (times >= MaxUnseen) _jobs.Tell(new SlotsLost(jobId, workerId));
    }

    void OnSuspected(WorkerSuspected suspected)
    {
        if (!_state.Workers.TryGetValue(suspected.WorkerId, out var worker)) return;
        _state = _state.WithSuspect(suspected.WorkerId);
        if (suspected.Why is { } why) _shut[suspected.WorkerId] = (why, TimeProvider.System.GetTimestamp());
        worker.Worker.Tell(new RegisterAgain(suspected.WorkerId));
    }

    void OnLeaving(WorkerLeaving leaving)
    {
        _trying.Remove(leaving.WorkerId);
        if (!_state.Workers.ContainsKey(leaving.WorkerId) && !_state.Strangers.ContainsKey(leaving.WorkerId)) return;
        _state = _state.WithSuspect(leaving.WorkerId);
        _leaving.Add(leaving.WorkerId);
    }

    void OnTerminated(Terminated terminated)
    {
        foreach (var worker in _state.Workers.Values.Concat(_state.Strangers.Values).Where(worker => worker.Worker.Equals(terminated.ActorRef)).ToList())
        {
            if (!_leaving.Remove(worker.WorkerId)) Instruments.WorkersLost.Add(1);
            Remove(worker);
        }
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
        var assignment = SchedulerLogic.Assign(_state, mayGrow: !Rests, Rests ? _floor : int.MinValue);
        _state = assignment.State;
        foreach (var grant in assignment.Granted) _jobs.Tell(grant);
        foreach (var added in assignment.Added) _jobs.Tell(added);
        foreach (var given in assignment.GivenUp) _jobs.Tell(given);
        foreach (var waiting in assignment.Waiting.Where(waiting => _told.GetValueOrDefault(waiting.JobId) != waiting.Why))
        {
            _told[waiting.JobId] = waiting.Why;
            _jobs.Tell(waiting);
        }
    }

    WorkerList Workers() => new([
        .. _state.Workers.Values.Select(worker => new WorkerStatus(worker.WorkerId, worker.Slots, _state.FreeOn(worker), worker.Device, worker.Host)),
        .. _state.Strangers.Values.Select(worker => new WorkerStatus(worker.WorkerId, worker.Slots, 0, worker.Device, worker.Host, $"speaks version {WorldWire.Name(worker.Wire)} of the data plane, this coordinator {WorldWire.Version}: gets no slots")),
    ]);

    sealed record RestOver : ILocalOnly;

    sealed record Tried(RegisterWorker Worker, string? Why) : ILocalOnly;
}
