using Convoy.Operator.Resources;
using Convoy.Operator.Runs;
using k8s;
using k8s.Models;

namespace Convoy.Operator;

/// <summary>The next thing to do about a resource.</summary>
public abstract record ReconcileAction
{
    /// <summary>Nothing: what is, is what is wanted.</summary>
    public sealed record Nothing : ReconcileAction;
    /// <summary>Have the resource outlive its deletion until its job is cancelled.</summary>
    public sealed record Hold : ReconcileAction;
    /// <summary>Let a deleted resource go.</summary>
    public sealed record LetGo : ReconcileAction;
    /// <summary>Give the job to the coordinator.</summary>
    public sealed record Submit : ReconcileAction;
    /// <summary>Pause the job.</summary>
    public sealed record Pause : ReconcileAction;
    /// <summary>Have the job go on.</summary>
    public sealed record Resume : ReconcileAction;
    /// <summary>End the job.</summary>
    public sealed record Cancel : ReconcileAction;
    /// <summary>Write the status.</summary>
    public sealed record Report(WorkloadStatus Status) : ReconcileAction;
}

/// <summary>What is to be done, from what is wanted and what is: pure, and the same however often and in whatever order it is asked.</summary>
public static class Reconcile
{
    const int LongestMessage = 700;
    const string Away = "Unreachable";

    /// <summary>The next step towards what is wanted; <see cref="ReconcileAction.Nothing"/> where it has been reached.</summary>
    /// <param name="resource">What is wanted.</param>
    /// <param name="run">What the coordinator has; null where it has nothing.</param>
    /// <param name="now">For the times at which conditions change.</param>
    public static ReconcileAction Decide(Workload resource, Run? run, DateTime now) => resource switch
    {
        { Metadata.DeletionTimestamp: not null } when !IsHeld(resource) => new ReconcileAction.Nothing(),
        { Metadata.DeletionTimestamp: not null } => run is null or { IsOver: true } || !IsOwn(resource) ? new ReconcileAction.LetGo() : new ReconcileAction.Cancel(),
        _ when !IsHeld(resource) => new ReconcileAction.Hold(),
        _ when IsInvalid(resource) => new ReconcileAction.Nothing(),
        _ => run is null || !IsOwn(resource) ? Begin(resource, now) : Steer(resource, run, now),
    };

    /// <summary>What to report once the coordinator has taken it under an id that its user has chosen; null for any other.</summary>
    public static ReconcileAction? Taken(Workload resource, DateTime now) =>
        resource.Spec.Id is null ? null : Report(resource, Status(resource, RunState.Pending) with { JobId = RunId.Of(resource) }, now);

    /// <summary>What to report where the coordinator does not take the spec.</summary>
    public static ReconcileAction Invalid(Workload resource, string problem, DateTime now) =>
        Report(resource, Status(resource, RunState.Invalid) with { Message = problem }, now);

    /// <summary>What to report where the coordinator cannot be asked: what was known, and why nothing newer is.</summary>
    public static ReconcileAction Unreachable(Workload resource, string problem, DateTime now)
    {
        var known = resource.Status ?? Status(resource, RunState.Pending);
        return Report(resource, known with { Message = problem }, now, isStale: true);
    }

    /// <summary>What has happened between two statuses, for an event of the resource; null where it is no news.</summary>
    public static (string Reason, bool IsWarning)? EventOf(WorkloadStatus? before, WorkloadStatus after)
    {
        static string? Reason(WorkloadStatus? status) => status?.Conditions?.Any(condition => condition is { Type: "Stale", Status: "True" }) == true ? Away : status?.State;
        return Reason(after) is { } reason && reason != Reason(before) ? (reason, reason is Away or nameof(RunState.Failed) or nameof(RunState.Invalid)) : null;
    }

    static ReconcileAction Begin(Workload resource, DateTime now)
    {
        if (HasEnded(resource)) return new ReconcileAction.Nothing(); // the coordinator has forgotten it: not to be trained again
        return resource.Spec.Paused
            ? Report(resource, Status(resource, RunState.Paused) with { Message = "not submitted before spec.paused is false" }, now)
            : new ReconcileAction.Submit();
    }

    static ReconcileAction Steer(Workload resource, Run run, DateTime now) => (resource.Spec.Paused, run.State) switch
    {
        (true, RunState.Queued or RunState.Forming or RunState.Running) => new ReconcileAction.Pause(),
        (false, RunState.Paused) => new ReconcileAction.Resume(),
        _ => Report(resource, Status(resource, run.State) with { JobId = RunId.Of(resource), Progress = run.Progress, Best = run.Best, Message = run.Why }, now),
    };

    static WorkloadStatus Status(Workload resource, RunState state) => new() { State = state.ToString(), ObservedGeneration = resource.Metadata.Generation };

    // What has ended stays ended, reachable or not; of everything else nobody knows whether it still is as it was.
    static ReconcileAction Report(Workload resource, WorkloadStatus status, DateTime now, bool isStale = false)
    {
        var message = status.Message is { Length: > LongestMessage } text ? text[..LongestMessage] : status.Message;
        var state = status.State!;
        var isComplete = state == nameof(RunState.Completed);
        var isFailed = state is nameof(RunState.Failed) or nameof(RunState.Cancelled) or nameof(RunState.Invalid);
        // Once in Ready and where it tells why: a status is to stay small.
        V1Condition Of(string type, bool? holds, string reason) => Condition(resource, type, holds, reason, type == "Ready" || holds == true ? message ?? "" : "", now);
        var next = status with
        {
            Message = message,
            Conditions =
            [
                Of("Ready", isStale && !isComplete && !isFailed ? null : state == nameof(RunState.Running) || isComplete, isStale ? Away : state),
                Of("Complete", isComplete, state),
                Of("Failed", isFailed, state),
                Of("Stale", isStale, isStale ? Away : "Seen"),
            ],
        };
        return Text(next) == Text(resource.Status) ? new ReconcileAction.Nothing() : new ReconcileAction.Report(next);
    }

    static V1Condition Condition(Workload resource, string type, bool? holds, string reason, string message, DateTime now)
    {
        var status = holds switch { true => "True", false => "False", null => "Unknown" };
        var before = resource.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);
        return new V1Condition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message,
            ObservedGeneration = resource.Metadata.Generation,
            LastTransitionTime = before?.Status == status ? before.LastTransitionTime : now,
        };
    }

    // An id that a user has chosen may be that of another's job. By submitting, which only the same spec survives, it becomes this resource's.
    static bool IsOwn(Workload resource) => resource.Spec.Id is null || resource.Status?.JobId is not null;

    static bool IsHeld(Workload resource) => resource.Metadata.Finalizers?.Contains(ResourceKind.Finalizer) == true;

    static bool IsInvalid(Workload resource) =>
        resource.Status is { State: nameof(RunState.Invalid) } status && status.ObservedGeneration == resource.Metadata.Generation;

    static bool HasEnded(Workload resource) => resource.Status?.State is nameof(RunState.Completed) or nameof(RunState.Failed) or nameof(RunState.Cancelled);

    static string Text(WorkloadStatus? status) => status is null ? "" : KubernetesJson.Serialize(status);
}
