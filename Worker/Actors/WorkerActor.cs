using Akka.Actor;
using Akka.Event;
using Convoy.Shared.Protocol;
using Convoy.Worker.Gradients;

namespace Convoy.Worker.Actors;

/// <summary>A worker node: tells the scheduler of its slots, and starts and stops replicas as jobs say.</summary>
internal sealed class WorkerActor : ReceiveActor, IWithTimers
{
    static readonly TimeSpan RegisterAgain = TimeSpan.FromSeconds(1);

    readonly WorkerOptions _options;
    readonly IActorRef _scheduler;
    readonly IActorRef _jobs;
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly Dictionary<(string Job, int Generation, int Rank), ReplicaThread> _replicas = [];
    readonly Dictionary<(string Job, int Generation), SharedMemoryGroup> _groups = [];

    public WorkerActor(WorkerOptions options, IActorRef scheduler, IActorRef jobs)
    {
        (_options, _scheduler, _jobs) = (options, scheduler, jobs);
        Receive<Register>(OnRegister);
        Receive<WorkerRegistered>(OnRegistered);
        Receive<Terminated>(OnSchedulerGone);
        Receive<StartReplica>(OnStart);
        Receive<StopReplica>(OnStop);
        Receive<ReplicaEnded>(OnEnded);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Register), new Register(), TimeSpan.Zero, RegisterAgain);

    protected override void PostStop()
    {
        foreach (var key in _replicas.Keys.ToList()) Abort(key);
    }

    void OnRegister(Register _) =>
        _scheduler.Tell(new RegisterWorker(_options.WorkerId, Self, _options.Slots, "cpu", _options.Host, DataPort: 0));

    void OnRegistered(WorkerRegistered _)
    {
        Timers.Cancel(nameof(Register));
        Context.Watch(Sender);
    }

    void OnSchedulerGone(Terminated _) => Timers.StartPeriodicTimer(nameof(Register), new Register(), TimeSpan.Zero, RegisterAgain);

    void OnStart(StartReplica start)
    {
        var key = (start.World.JobId, start.World.Generation, start.Rank);
        if (_replicas.ContainsKey(key)) return;
        AbortOlder(start.World);
        var self = Self;
        var mine = start.World.Members.Count(member => member.WorkerId == _options.WorkerId);
        var threads = Math.Max(1, Environment.ProcessorCount / Math.Max(mine, _options.Slots));
        var group = GroupOf(start.World);
        var replica = new ReplicaThread(start, () => group?.Join(start.Rank) ?? new SoloCollective(), threads, _jobs.Tell, () => self.Tell(new ReplicaEnded(key)), TimeProvider.System);
        _replicas[key] = replica;
        _log.Info("starting rank {0} of {1}, generation {2}", start.Rank, start.World.JobId, start.World.Generation);
        replica.Start();
    }

    // A coordinator that came back from its journal knows no worker to stop, only the next world to start.
    void AbortOlder(World world)
    {
        foreach (var key in _replicas.Keys.Where(key => key.Job == world.JobId && key.Generation < world.Generation).ToList()) Abort(key);
    }

    SharedMemoryGroup? GroupOf(World world)
    {
        if (world.Size == 1) return null;
        var key = (world.JobId, world.Generation);
        return _groups.TryGetValue(key, out var group) ? group : _groups[key] = new SharedMemoryGroup(world.Size);
    }

    void OnStop(StopReplica stop)
    {
        foreach (var key in _replicas.Keys.Where(key => key.Job == stop.JobId && key.Generation == stop.Generation).ToList())
        {
            if (stop.Mode == StopMode.Pause) _replicas[key].Control.Pause();
            else Abort(key);
        }
    }

    void Abort((string Job, int Generation, int Rank) key)
    {
        _replicas[key].Control.Abort();
        if (_groups.TryGetValue((key.Job, key.Generation), out var group)) group.Break();
    }

    // A rank that ends leaves the others nothing to wait for; those that ended before it are not disturbed.
    void OnEnded(ReplicaEnded ended)
    {
        _replicas.Remove(ended.Key);
        var world = (ended.Key.Job, ended.Key.Generation);
        if (!_groups.TryGetValue(world, out var group)) return;
        group.Break();
        if (!_replicas.Keys.Any(key => (key.Job, key.Generation) == world)) _groups.Remove(world);
    }

    sealed record Register : ILocalOnly;

    sealed record ReplicaEnded((string Job, int Generation, int Rank) Key) : ILocalOnly;
}
