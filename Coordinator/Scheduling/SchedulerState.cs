using System.Collections.Immutable;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Scheduling;

/// <summary>What the scheduler knows: the workers that are there, who waits, who holds what. Never saved: workers register again, jobs ask again.</summary>
public sealed record SchedulerState
{
    /// <summary>Nobody is there.</summary>
    public static readonly SchedulerState Empty = new();

    /// <summary>The workers by id.</summary>
    public ImmutableSortedDictionary<string, RegisterWorker> Workers { get; init; } = ImmutableSortedDictionary.Create<string, RegisterWorker>(StringComparer.Ordinal);
    /// <summary>The jobs that wait, in the order they came.</summary>
    public ImmutableList<RequestSlots> Queue { get; init; } = [];
    /// <summary>The worker of every slot that a job holds.</summary>
    public ImmutableSortedDictionary<string, ImmutableList<string>> Held { get; init; } = ImmutableSortedDictionary.Create<string, ImmutableList<string>>(StringComparer.Ordinal);

    /// <summary>Slots of all workers.</summary>
    public int Capacity => Workers.Values.Sum(worker => worker.Slots);
    /// <summary>Slots nobody holds.</summary>
    public int Free => Workers.Values.Sum(FreeOn);

    /// <summary>Slots of a worker that nobody holds.</summary>
    public int FreeOn(RegisterWorker worker) => Math.Max(0, worker.Slots - Held.Values.Sum(held => held.Count(id => id == worker.WorkerId)));

    /// <summary>With this worker, or with what it says now.</summary>
    public SchedulerState With(RegisterWorker worker) => this with { Workers = Workers.SetItem(worker.WorkerId, worker) };

    /// <summary>With this request in place of an earlier one of the job and of what that was granted.</summary>
    public SchedulerState With(RequestSlots request)
    {
        var state = Without(request.JobId);
        return state with { Queue = state.Queue.Add(request) };
    }

    /// <summary>With the slots held instead of asked for.</summary>
    public SchedulerState With(SlotsGranted grant)
    {
        var state = Without(grant.JobId);
        return state with { Held = state.Held.SetItem(grant.JobId, [.. grant.Slots.Select(slot => slot.WorkerId)]) };
    }

    /// <summary>Without a job's request and slots.</summary>
    public SchedulerState Without(string jobId) => this with { Queue = Queue.RemoveAll(request => request.JobId == jobId), Held = Held.Remove(jobId) };

    /// <summary>Without a worker; its slots are gone from the jobs that held them.</summary>
    public SchedulerState WithoutWorker(string workerId) => this with
    {
        Workers = Workers.Remove(workerId),
        Held = Held.ToImmutableSortedDictionary(held => held.Key, held => held.Value.RemoveAll(id => id == workerId), StringComparer.Ordinal),
    };

    /// <summary>The jobs that hold slots of a worker.</summary>
    public IReadOnlyList<string> HoldersOf(string workerId) => [.. Held.Where(held => held.Value.Contains(workerId)).Select(held => held.Key)];
}
