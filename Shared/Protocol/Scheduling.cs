using Akka.Actor;
using MessagePack;

namespace Convoy.Shared.Protocol;

// Worker -> scheduler: RegisterWorker without slots (whenever the scheduler moves) -> WorkerRegistered, which tells the wire's version; where that is the worker's, RegisterWorker -> WorkerRegistered | WorkerRefused (then again).
// Worker -> scheduler: WorkerLeaving.  Scheduler -> worker: RegisterAgain.
// Job -> scheduler: RequestSlots -> SlotsGranted | SlotsPending (then SlotsGranted); ReleaseSlots.  Scheduler -> job: SlotsLost.
// Job -> scheduler: HoldSlots (again and again, so that a scheduler that moved knows it), WorkerSuspected.  Scheduler -> job: SlotsAdded | GiveUpSlots -> HoldSlots.

/// <summary>A worker node and the replicas it can hold.</summary>
/// <param name="WorkerId">Unique in the cluster and over restarts.</param>
/// <param name="Worker">The node's worker actor.</param>
/// <param name="Slots">How many replicas it holds at once: one a device.</param>
/// <param name="Device">What a slot computes on, <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Host">Where its data plane listens.</param>
/// <param name="DataPort">The data plane's port; 0 where the node has none.</param>
/// <param name="Wire">The <see cref="Transport.WorldWire.Version"/> that its replicas speak; 0 from before there was one.</param>
/// <param name="Greeting">The secret by which the worker's data plane knows who asks whether it can be reached; null where it is not to be asked.</param>
/// <param name="Words">The <see cref="Specs.Vocabulary.Later"/> words of specs that it knows; null for none of them.</param>
[MessagePackObject, Manifest("sched.register")]
public sealed record RegisterWorker(
    [property: Key(0)] string WorkerId,
    [property: Key(1)] IActorRef Worker,
    [property: Key(2)] int Slots,
    [property: Key(3)] string Device,
    [property: Key(4)] string Host,
    [property: Key(5)] int DataPort,
    [property: Key(6)] int Wire = 0,
    [property: Key(7)] byte[]? Greeting = null,
    [property: Key(8)] IReadOnlyList<string>? Words = null) : IWire;

/// <summary>The scheduler grants none of the worker's slots, and why; the worker goes on registering.</summary>
[MessagePackObject, Manifest("sched.refused")]
public sealed record WorkerRefused([property: Key(0)] string WorkerId, [property: Key(1)] string Why) : IWire;

/// <summary>The scheduler knows the worker. Where they speak two versions it grants none of its slots.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Wire">The <see cref="Transport.WorldWire.Version"/> of the worlds here; 0 from before there was one.</param>
[MessagePackObject, Manifest("sched.registered")]
public sealed record WorkerRegistered([property: Key(0)] string WorkerId, [property: Key(1)] int Wire = 0) : IWire;

/// <summary>Says to a worker that the scheduler will grant none of its slots before it sends <see cref="RegisterWorker"/> again: one that was
/// frozen or cut off hears it when it is back. A worker that leaves ignores it.</summary>
[MessagePackObject, Manifest("sched.again")]
public sealed record RegisterAgain([property: Key(0)] string WorkerId) : IWire;

/// <summary>A worker is about to stop: none of its slots is granted any more, unless it registers again.</summary>
[MessagePackObject, Manifest("sched.leaving")]
public sealed record WorkerLeaving([property: Key(0)] string WorkerId) : IWire;

/// <summary>A worker did not answer its peers: none of its slots is granted before it registers again, which the scheduler asks of it.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Why">Why its peers cannot connect to it though it lives, which keeps it out for a while; null where it was silent.</param>
[MessagePackObject, Manifest("sched.suspected")]
public sealed record WorkerSuspected([property: Key(0)] string WorkerId, [property: Key(1)] string? Why = null) : IWire;

/// <summary>A job wants at least <paramref name="Min"/> slots, at most <paramref name="Max"/>, all at once.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Min">Fewest.</param>
/// <param name="Max">Most.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Preferred">Workers that may still hold the job's replicas in memory; null or empty where none does.</param>
/// <param name="Again">A reminder: changes nothing where the scheduler knows the request or has granted it, but repeats what it granted.</param>
/// <param name="Owner">With whom the job shares what is fair; null where it stands for itself.</param>
/// <param name="Without">Workers of whose slots it wants none; null for none.</param>
/// <param name="Uses">Words of its spec that not every version knows, and that its workers must; null for none.</param>
[MessagePackObject, Manifest("sched.request")]
public sealed record RequestSlots(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Min,
    [property: Key(2)] int Max,
    [property: Key(3)] int Priority,
    [property: Key(4)] IReadOnlyList<string>? Preferred = null,
    [property: Key(5)] bool Again = false,
    [property: Key(6)] string? Owner = null,
    [property: Key(7)] IReadOnlyList<string>? Without = null,
    [property: Key(8)] IReadOnlyList<string>? Uses = null) : IWire;

/// <summary>A job holds these slots, and none beside them.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Workers">The worker of every slot.</param>
/// <param name="Max">Most slots it could use: up to here it is offered free ones.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Offer">Number of the latest <see cref="SlotsAdded"/> it has heard of; 0 for none.</param>
/// <param name="Owner">With whom the job shares what is fair; null where it stands for itself.</param>
/// <param name="Min">Fewest slots that it can go on with; null where it gives up none.</param>
/// <param name="Without">Workers of whose slots it wants none; null for none.</param>
/// <param name="Uses">Words of its spec that not every version knows, and that its workers must; null for none.</param>
[MessagePackObject, Manifest("sched.hold")]
public sealed record HoldSlots(
    [property: Key(0)] string JobId,
    [property: Key(1)] IReadOnlyList<string> Workers,
    [property: Key(2)] int Max,
    [property: Key(3)] int Priority,
    [property: Key(4)] int Offer,
    [property: Key(5)] string? Owner = null,
    [property: Key(6)] int? Min = null,
    [property: Key(7)] IReadOnlyList<string>? Without = null,
    [property: Key(8)] IReadOnlyList<string>? Uses = null) : IWire;

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

/// <summary>The job has these slots beside those it holds; it says with <see cref="HoldSlots"/> which it takes.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Slots">The added ones.</param>
/// <param name="Offer">One more for every offer to the job, so that one told twice is taken once.</param>
[MessagePackObject, Manifest("sched.added")]
public sealed record SlotsAdded([property: Key(0)] string JobId, [property: Key(1)] IReadOnlyList<Slot> Slots, [property: Key(2)] int Offer) : IJobMessage;

/// <summary>Others wait for slots: the job is to keep no more than so many. It goes on with those after its step; where they are fewer than it can do with, it
/// saves what it has, releases all and waits for slots again. Said again it changes nothing; with more than the job holds it takes back an earlier one.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Keep">Most slots that it is to keep; 0 for none.</param>
[MessagePackObject, Manifest("sched.giveup")]
public sealed record GiveUpSlots([property: Key(0)] string JobId, [property: Key(1)] int Keep) : IJobMessage;

/// <summary>The job waits, and why.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Why">In one line.</param>
/// <param name="OnlyLeftOut">Whether the workers that are there would be enough, were it not for those that the job does without.</param>
[MessagePackObject, Manifest("sched.pending")]
public sealed record SlotsPending([property: Key(0)] string JobId, [property: Key(1)] string Why, [property: Key(2)] bool OnlyLeftOut = false) : IJobMessage;

/// <summary>A worker that held slots of the job is gone.</summary>
[MessagePackObject, Manifest("sched.lost")]
public sealed record SlotsLost([property: Key(0)] string JobId, [property: Key(1)] string WorkerId) : IJobMessage;
