using System.Security.Cryptography;
using Akka.Actor;
using Akka.Event;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Data;
using Convoy.Shared.Hosting;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Telemetry;
using Convoy.Shared.Transport;
using Convoy.Worker.Gradients;
using Convoy.Worker.Native;
using Convoy.Worker.Training;

namespace Convoy.Worker.Actors;

/// <summary>A worker node: tells the scheduler of its slots, and starts and stops replicas as jobs say.</summary>
internal sealed class WorkerActor : ReceiveActor, IWithTimers
{
    static readonly TimeSpan RegisterInterval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan GreetingTime = TimeSpan.FromSeconds(3);
    static readonly TimeSpan TellKeptEvery = TimeSpan.FromSeconds(5);
    static readonly TimeSpan JoinDeadline = TimeSpan.FromSeconds(20); // peers may have to load their data first

    readonly WorkerOptions _options;
    readonly IActorRef _scheduler;
    readonly IActorRef _jobs;
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly DataPlane _plane;
    readonly DataFeeds _feeds;
    readonly HeldReplicas _held;
    readonly List<ReplicaThread> _replicas;
    IDisposable? _reached;
    readonly byte[] _greeting = RandomNumberGenerator.GetBytes(32);
    readonly OncePerMinute<string> _refusal = new(TimeProvider.System);
    IActorRef? _leaving;
    bool _isUnderstood;
    bool _registered;
    readonly Dictionary<string, (int Generation, SharedMemoryGroup Group)> _groups = [];
    readonly Dictionary<string, Task<IDataFeed?>> _prepared = []; // kept until the job is over, so that its data stays open

    public WorkerActor(WorkerOptions options, DataPlane plane, IActorRef scheduler, IActorRef jobs, IStreamDirectory streams, HeldReplicas held)
    {
        (_options, _plane, _scheduler, _jobs, _held) = (options, plane, scheduler, jobs, held);
        _feeds = new DataFeeds(held, options.Identity);
        _replicas = held.Attach(jobs, streams, Self);
        Receive<Register>(OnRegister);
        Receive<WorkerRegistered>(OnRegistered);
        Receive<WorkerRefused>(OnRefused);
        Receive<Terminated>(OnSchedulerGone);
        Receive<StartReplica>(OnStart);
        Receive<StopReplica>(OnStop);
        Receive<PrepareReplica>(OnPrepare);
        Receive<GetStandings>(OnGetStandings);
        Receive<RegisterAgain>(OnRegisterAgain);
        Receive<ReplicaEnded>(OnEnded);
        Receive<TellKept>(_ => OnTellKept());
        Receive<Leave>(OnLeave);
        Receive<GetReadiness>(OnGetReadiness);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _reached = _plane.Serve(Hello.ToWorker(_greeting), _ => { }, GreetingTime);
        KeepRegistering();
        Timers.StartPeriodicTimer(nameof(TellKept), new TellKept(), TellKeptEvery);
        Instruments.Devices.Add(this, () => _options.Devices.Memory);
    }

    protected override void PostStop()
    {
        _held.Detach();
        _reached?.Dispose();
        Instruments.Devices.Remove(this);
    }

    // Without slots until it is known that the worlds here speak as this worker does: a coordinator from before there were versions would grant them.
    void OnRegister(Register _) =>
        _scheduler.Tell(new RegisterWorker(_options.WorkerId, Self, _isUnderstood ? _options.Slots : 0, _options.Devices.Kind, _options.Host, _plane.Port, WorldWire.Version, _greeting, Vocabulary.Later));

    void OnRegistered(WorkerRegistered registered)
    {
        Timers.Cancel(nameof(Register));
        Context.Watch(Sender);
        if (registered.Wire != WorldWire.Version) TellOtherVersion(registered.Wire);
        else if (!_isUnderstood) OfferSlots();
        else _registered = true;
    }

    void OfferSlots()
    {
        _isUnderstood = true;
        KeepRegistering();
        OnRegister(new Register()); // now: the answer to an earlier word without slots may still come, and stop the timer
    }

    void TellOtherVersion(int version)
    {
        _isUnderstood = false;
        _log.Warning("the coordinator speaks version {0} of the data plane and this worker {1}: it is given no work until the older of the two is upgraded, and waits for that", WorldWire.Name(version), WorldWire.Version);
    }

    void OnSchedulerGone(Terminated _)
    {
        _isUnderstood = false; // the next one may be of another release
        KeepRegistering();
    }

    // It goes on trying: what is wrong may be mended elsewhere.
    void OnRefused(WorkerRefused refused)
    {
        if (_leaving is null) Timers.StartPeriodicTimer(nameof(Register), new Register(), RegisterInterval, RegisterInterval);
        if (_refusal.IsNews(refused.Why)) _log.Warning("this worker gets no work: {0}", refused.Why);
    }

    // One that leaves has nothing to offer any more.
    void OnRegisterAgain(RegisterAgain _)
    {
        if (_leaving is null) KeepRegistering();
    }

    void KeepRegistering()
    {
        _registered = false;
        Timers.StartPeriodicTimer(nameof(Register), new Register(), TimeSpan.Zero, RegisterInterval);
    }

    void OnGetReadiness(GetReadiness _) => Sender.Tell(new Readiness(
        _leaving is not null ? "the worker leaves the cluster" : _registered ? null : "the worker is not registered with the scheduler"));

    // The node shuts down: jobs go on without this worker from their next step; when the last has let go, the sender may stop the node.
    void OnLeave(Leave _)
    {
        _leaving = Sender;
        Timers.Cancel(nameof(Register));
        _scheduler.Tell(new WorkerLeaving(_options.WorkerId));
        foreach (var jobId in _replicas.Select(replica => replica.Order.World.JobId).Distinct())
            _jobs.Tell(new LeaveWorld(jobId, _options.WorkerId));
        AnswerLeave();
    }

    void AnswerLeave()
    {
        if (_replicas.Count == 0) _leaving?.Tell(new Left());
    }

    // A replica of an older generation goes on in the new world with all it has learnt; the same rank where there are several.
    void OnStart(StartReplica start)
    {
        var assignment = new Assignment(start, JoinOf(start));
        var older = _replicas.Where(replica => replica.Order.World.JobId == start.World.JobId && replica.Order.World.Generation < start.World.Generation)
            .OrderBy(replica => replica.Order.Rank == start.Rank ? 0 : 1);
        if (older.Any(replica => replica.Assign(assignment))) return;
        if (!_replicas.Any(replica => Same(replica, start.World.JobId, start.World.Generation) && replica.Order.Rank == start.Rank)) StartNew(assignment);
    }

    void StartNew(Assignment assignment)
    {
        var start = assignment.Start;
        var mine = start.World.Members.Count(member => member.WorkerId == _options.WorkerId);
        var threads = Math.Max(1, _options.Threads / Math.Max(mine, _options.Slots));
        ReplicaThread? replica = null;
        replica = new ReplicaThread(assignment, threads, FreeDevice(start.World.JobId), _feeds, _options, _held.Tell, next => _held.TellOwner(new ReplicaEnded(replica!, next)), TimeProvider.System);
        _replicas.Add(replica);
        _log.Info("starting rank {0} of {1}, generation {2}", start.Rank, start.World.JobId, start.World.Generation);
        replica.Start();
    }

    // The one with the fewest replicas of the job, and of all.
    int FreeDevice(string jobId) => Enumerable.Range(0, _options.Devices.Count)
        .MinBy(device => (_replicas.Count(replica => replica.Device == device && replica.Order.World.JobId == jobId), _replicas.Count(replica => replica.Device == device)));

    Func<TrainingSpec, CancellationToken, ICollective> JoinOf(StartReplica start)
    {
        var world = start.World;
        if (world.Size == 1) return (_, _) => new SoloCollective();
        if (world.Members.Any(member => member.WorkerId != _options.WorkerId))
            return (spec, cancel) => RingWorld.Join(world, start.Rank, _plane, JoinDeadline, TimeSpan.FromSeconds(spec.World.StepDeadline), cancel);
        var group = GroupOf(world);
        return (_, _) => group.Join(start.Rank);
    }

    // Ranks of one world in one process meet in memory; the job's older groups are of no more use.
    SharedMemoryGroup GroupOf(World world)
    {
        if (_groups.TryGetValue(world.JobId, out var known) && known.Generation == world.Generation) return known.Group;
        var group = new SharedMemoryGroup(world.Size);
        _groups[world.JobId] = (world.Generation, group);
        return group;
    }

    void OnStop(StopReplica stop)
    {
        if (stop.Reason is { } reason) _log.Warning("job {0} goes on without this worker: {1}; mend it and start the worker anew", stop.JobId, reason);
        foreach (var replica in _replicas.Where(replica => Same(replica, stop.JobId, stop.Generation)).ToList())
        {
            if (stop.Mode == StopMode.Abort) replica.Abort();
            else replica.Control.Ask(stop.Mode == StopMode.Pause ? StopVote.Pause : StopVote.Regroup);
        }
        if (stop.Mode == StopMode.Abort && !_replicas.Any(replica => replica.Order.World.JobId == stop.JobId)) _prepared.Remove(stop.JobId);
    }

    static bool Same(ReplicaThread replica, string jobId, int generation) => replica.Order.World.JobId == jobId && replica.Order.World.Generation == generation;

    void OnPrepare(PrepareReplica prepare)
    {
        var (jobs, workerId, feeds) = (_jobs, _options.WorkerId, _feeds);
        _prepared[prepare.JobId] = Task.Run(() => Prepare(prepare, workerId, feeds, jobs.Tell));
    }

    // Who cannot prepare says why, so that it does not hold a slot in silence.
    static IDataFeed? Prepare(PrepareReplica prepare, string workerId, DataFeeds feeds, Action<object> tell)
    {
        try
        {
            LibTorch.Load();
            var spec = SpecReader.ReadAccepted(prepare.Spec, $"spec of {prepare.JobId}");
            var data = feeds.Open(prepare.JobId, spec, prepare.Data, CancellationToken.None);
            DataFit.Check(data.Card, ModelPlanner.Plan(spec.Model), spec.Loss);
            tell(new ReplicaPrepared(prepare.JobId, workerId, data.Card.Seen, null, data.LeftOut.Count == 0 ? null : data.LeftOut));
            return data;
        }
        catch (Exception error)
        {
            tell(new ReplicaPrepared(prepare.JobId, workerId, Error: error.Message.Split('\n')[0]));
            return null;
        }
    }

    void OnGetStandings(GetStandings ask) => Sender.Tell(new ReplicaStandings(_options.WorkerId,
        [.. _replicas.Where(replica => replica.Order.World.JobId == ask.JobId).Select(replica => replica.Standing).OrderBy(standing => standing.Rank)]));

    // Their jobs say whether they still want them: one may have gone on without, while this node or the coordinator was away.
    void OnTellKept()
    {
        foreach (var (jobId, generation) in _replicas.Select(replica => (replica.Order.World.JobId, replica.Order.World.Generation)).Distinct())
            _jobs.Tell(new ReplicaKept(jobId, _options.WorkerId, generation, Self));
    }

    void OnEnded(ReplicaEnded ended)
    {
        var jobId = ended.Replica.Order.World.JobId;
        _replicas.Remove(ended.Replica);
        if (ended.Next is { } next && _leaving is null) StartNew(next);
        AnswerLeave();
        if (_replicas.Any(replica => replica.Order.World.JobId == jobId)) return;
        _groups.Remove(jobId);
        _prepared.Remove(jobId);
    }

    /// <summary>Asks to leave; answered by <see cref="Left"/> when no replica is left.</summary>
    public sealed record Leave : ILocalOnly;

    /// <summary>No replica is left.</summary>
    public sealed record Left : ILocalOnly;

    /// <summary>Asks whether jobs can have its slots; answered by <see cref="Readiness"/>.</summary>
    public sealed record GetReadiness : ILocalOnly;

    /// <summary>What it waits for; null where jobs can have its slots.</summary>
    public sealed record Readiness(string? WaitsFor) : ILocalOnly;

    sealed record Register : ILocalOnly;

    sealed record TellKept : ILocalOnly;

    sealed record ReplicaEnded(ReplicaThread Replica, Assignment? Next) : ILocalOnly;
}
