using Akka.Actor;
using MessagePack;

namespace Convoy.Shared.Protocol;

// Worker -> scheduler: RegisterWorker (again whenever the scheduler moves) -> WorkerRegistered.
// Job -> scheduler: RequestSlots -> SlotsGranted | SlotsPending (then SlotsGranted); ReleaseSlots.  Scheduler -> job: SlotsLost.

/// <summary>A worker node and the replicas it can hold.</summary>
/// <param name="WorkerId">Unique in the cluster and over restarts.</param>
/// <param name="Worker">The node's worker actor.</param>
/// <param name="Slots">How many replicas it holds at once: one a device.</param>
/// <param name="Device">What a slot computes on, <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Host">Where its data plane listens.</param>
/// <param name="DataPort">The data plane's port; 0 where the node has none.</param>
[MessagePackObject, Manifest("sched.register")]
public sealed record RegisterWorker(
    [property: Key(0)] string WorkerId,
    [property: Key(1)] IActorRef Worker,
    [property: Key(2)] int Slots,
    [property: Key(3)] string Device,
    [property: Key(4)] string Host,
    [property: Key(5)] int DataPort) : IWire;

/// <summary>The scheduler knows the worker.</summary>
[MessagePackObject, Manifest("sched.registered")]
public sealed record WorkerRegistered([property: Key(0)] string WorkerId) : IWire;

/// <summary>A job wants at least <paramref name="Min"/> slots, at most <paramref name="Max"/>, all at once.</summary>
[MessagePackObject, Manifest("sched.request")]
public sealed record RequestSlots([property: Key(0)] string JobId, [property: Key(1)] int Min, [property: Key(2)] int Max, [property: Key(3)] int Priority) : IWire;

/// <summary>A job needs its slots no more, or wants none any longer.</summary>
[MessagePackObject, Manifest("sched.release")]
public sealed record ReleaseSlots([property: Key(0)] string JobId) : IWire;

/// <summary>One replica's place.</summary>
[MessagePackObject]
public sealed record Slot(
    [property: Key(0)] string WorkerId,
    [property: Key(1)] IActorRef Worker,
    [property: Key(2)] string Host,
    [property: Key(3)] int DataPort);

/// <summary>The job has these slots until it releases them.</summary>
[MessagePackObject, Manifest("sched.granted")]
public sealed record SlotsGranted([property: Key(0)] string JobId, [property: Key(1)] IReadOnlyList<Slot> Slots) : IJobMessage;

/// <summary>The job waits, and why.</summary>
[MessagePackObject, Manifest("sched.pending")]
public sealed record SlotsPending([property: Key(0)] string JobId, [property: Key(1)] string Why) : IJobMessage;

/// <summary>A worker that held slots of the job is gone.</summary>
[MessagePackObject, Manifest("sched.lost")]
public sealed record SlotsLost([property: Key(0)] string JobId, [property: Key(1)] string WorkerId) : IJobMessage;
