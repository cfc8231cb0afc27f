using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Scheduling;

/// <summary>Who gets slots now, and what the others wait for.</summary>
/// <param name="State">With the grants held.</param>
/// <param name="Granted">In the order they were decided.</param>
/// <param name="Waiting">In the order of the queue.</param>
public sealed record Assignment(SchedulerState State, IReadOnlyList<SlotsGranted> Granted, IReadOnlyList<SlotsPending> Waiting);

/// <summary>A job's minimum or nothing, never more than its maximum; by priority, then by arrival. A job that would fit once
/// others are done holds back those behind it, so that it is never starved; one that the cluster is too small for holds back nobody.</summary>
public static class SchedulerLogic
{
    /// <summary>Grants what can be granted. A pure function of the snapshot.</summary>
    public static Assignment Assign(SchedulerState state)
    {
        var granted = new List<SlotsGranted>();
        var waiting = new List<SlotsPending>();
        string? first = null;
        foreach (var request in state.Queue.OrderByDescending(request => request.Priority))
        {
            if (first is null && state.Free >= request.Min)
            {
                var grant = Grant(state, request);
                granted.Add(grant);
                state = state.With(grant);
                continue;
            }
            waiting.Add(new SlotsPending(request.JobId, Why(state, request, first)));
            if (state.Capacity >= request.Min) first ??= request.JobId;
        }
        return new Assignment(state, granted, waiting);
    }

    // Workers by id, each filled before the next: neighbouring ranks share a machine.
    static SlotsGranted Grant(SchedulerState state, RequestSlots request) => new(request.JobId, [.. state.Workers.Values
        .SelectMany(worker => Enumerable.Repeat(new Slot(worker.WorkerId, worker.Worker, worker.Host, worker.DataPort), state.FreeOn(worker)))
        .Take(request.Max)]);

    static string Why(SchedulerState state, RequestSlots request, string? first) => state switch
    {
        { Workers.Count: 0 } => "no worker has joined yet",
        _ when first is not null && state.Free >= request.Min => $"waits behind job {first}",
        _ => $"needs {request.Min} slot{(request.Min == 1 ? "" : "s")}, {state.Free} free of {state.Capacity}",
    };
}
