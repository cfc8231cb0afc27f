using Convoy.Operator.Resources;
using Convoy.Shared.Hosting;
using Convoy.Shared.Specs;

namespace Convoy.Operator.Runs;

/// <summary>States of a resource: those of jobs and sweeps, and two that only Kubernetes knows.</summary>
public enum RunState
{
    /// <summary>The coordinator does not have it yet.</summary>
    Pending,
    /// <summary>The spec cannot be run.</summary>
    Invalid,
    /// <summary>Waits for slots.</summary>
    Queued,
    /// <summary>Has slots; its replicas start.</summary>
    Forming,
    /// <summary>Trains.</summary>
    Running,
    /// <summary>Finishes the step and saves.</summary>
    Pausing,
    /// <summary>Holds no slots.</summary>
    Paused,
    /// <summary>Ends its trials and writes its results.</summary>
    Closing,
    /// <summary>Done.</summary>
    Completed,
    /// <summary>Stopped by an error.</summary>
    Failed,
    /// <summary>Stopped by a user.</summary>
    Cancelled,
}

/// <summary>A job or a sweep of the coordinator, as much of it as a status tells.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Best">Its best metric; null before the first.</param>
/// <param name="Why">What it waits for, or why it ended.</param>
public sealed record Run(RunState State, string Progress, string? Best, string? Why)
{
    /// <summary>Whether there is nothing left to cancel.</summary>
    public bool IsOver => State is RunState.Closing || HasEnded;

    /// <summary>Whether nothing more happens unless a user says so.</summary>
    public bool HasEnded => State is RunState.Completed or RunState.Failed or RunState.Cancelled;

    /// <summary>What a view tells; null where the coordinator knows none.</summary>
    internal static async Task<Run?> OrNoneAsync<TView>(Task<TView> view, Func<TView, Run> of)
    {
        try
        {
            return of(await view);
        }
        catch (UnknownJobException)
        {
            return null;
        }
    }
}

/// <summary>The coordinator's jobs or its sweeps. Every method throws <see cref="JobException"/> where the coordinator does not answer.</summary>
public interface IRuns
{
    /// <summary>How one stands; null where there is none.</summary>
    Task<Run?> FindAsync(string id, CancellationToken cancel);

    /// <summary>Starts one; again and again, it starts once.</summary>
    /// <exception cref="SpecException">The spec does not hold together.</exception>
    /// <exception cref="JobRefusedException">The id is taken by another spec.</exception>
    Task SubmitAsync(string id, WorkloadSpec spec, CancellationToken cancel);

    /// <summary>Has it give its slots back.</summary>
    Task PauseAsync(string id, CancellationToken cancel);

    /// <summary>Has it go on.</summary>
    Task ResumeAsync(string id, CancellationToken cancel);

    /// <summary>Ends it for good.</summary>
    Task CancelAsync(string id, CancellationToken cancel);
}
