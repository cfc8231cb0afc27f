using MessagePack;

namespace Convoy.Shared.Protocol;

// Client -> scheduler: GetWorkers -> WorkerList.

/// <summary>Ask the scheduler which workers it knows. Answered by <see cref="WorkerList"/>.</summary>
[MessagePackObject, Manifest("sched.workers")]
public sealed record GetWorkers : IWire;

/// <summary>A worker as the scheduler sees it.</summary>
/// <param name="WorkerId">Its id.</param>
/// <param name="Slots">How many replicas it holds at once.</param>
/// <param name="Free">Slots that no job has.</param>
/// <param name="Device">What a slot computes on.</param>
/// <param name="Host">Where its data plane listens.</param>
/// <param name="Note">Why none of its slots is granted; null where they are.</param>
[MessagePackObject]
public sealed record WorkerStatus(
    [property: Key(0)] string WorkerId,
    [property: Key(1)] int Slots,
    [property: Key(2)] int Free,
    [property: Key(3)] string Device,
    [property: Key(4)] string Host,
    [property: Key(5)] string? Note = null);

/// <summary>The workers that have joined, by id.</summary>
[MessagePackObject, Manifest("sched.workerlist")]
public sealed record WorkerList([property: Key(0)] IReadOnlyList<WorkerStatus> Workers) : IWire;
