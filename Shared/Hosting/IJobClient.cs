using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Talks to jobs wherever they run. Every method throws <see cref="JobException"/> where a command is refused or nobody answers.</summary>
public interface IJobClient : IAsyncDisposable
{
    /// <summary>Starts a job.</summary>
    Task SubmitAsync(SubmitJob job, CancellationToken cancel);
    /// <summary>How a job stands.</summary>
    Task<JobView> GetAsync(string jobId, CancellationToken cancel);
    /// <summary>Whether every sample was counted exactly once in each epoch of a job.</summary>
    Task<AuditReport> AuditAsync(string jobId, CancellationToken cancel);
    /// <summary>What a job's steps came to.</summary>
    Task<JobSteps> StepsAsync(string jobId, CancellationToken cancel);
    /// <summary>What holds a job up.</summary>
    Task<JobDiagnosis> WhyAsync(string jobId, CancellationToken cancel);
    /// <summary>Has a job stop after its step, with a checkpoint.</summary>
    Task PauseAsync(string jobId, CancellationToken cancel);
    /// <summary>Has a job go on from its last checkpoint.</summary>
    Task ResumeAsync(string jobId, CancellationToken cancel);
    /// <summary>The same for a job whose data has changed: it begins a new epoch on it.</summary>
    Task ResumeOnChangedDataAsync(string jobId, CancellationToken cancel);
    /// <summary>Ends a job for good.</summary>
    Task CancelAsync(string jobId, CancellationToken cancel);
    /// <summary>A job's news, <see cref="JobView"/>, <see cref="StepProgress"/> and <see cref="FeatureProgress"/>, beginning with a view, until cancelled or until the job has ended for good.</summary>
    IAsyncEnumerable<IWire> WatchAsync(string jobId, CancellationToken cancel);
}

/// <summary>A job that failed or cannot be reached. The message is one line.</summary>
public class JobException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>There is no such job.</summary>
public sealed class UnknownJobException(string message) : JobException(message);

/// <summary>The job is there and does not take the command.</summary>
public sealed class JobRefusedException(string message) : JobException(message);
