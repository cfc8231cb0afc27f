using Convoy.Shared.Protocol;

namespace Convoy.Cli.Jobs;

/// <summary>Talks to jobs wherever they run. Every method throws <see cref="JobException"/> where a command is refused or nobody answers.</summary>
public interface IJobClient : IAsyncDisposable
{
    /// <summary>Starts a job.</summary>
    Task SubmitAsync(SubmitJob job, CancellationToken cancel);
    /// <summary>How a job stands.</summary>
    Task<JobView> GetAsync(string jobId, CancellationToken cancel);
    /// <summary>Has a job stop after its step, with a checkpoint.</summary>
    Task PauseAsync(string jobId, CancellationToken cancel);
    /// <summary>Has a job go on from its last checkpoint.</summary>
    Task ResumeAsync(string jobId, CancellationToken cancel);
    /// <summary>A job's news, <see cref="JobView"/> and <see cref="StepProgress"/>, beginning with a view, until cancelled.</summary>
    IAsyncEnumerable<IWire> WatchAsync(string jobId, CancellationToken cancel);
}

/// <summary>Starts what runs jobs.</summary>
public interface IJobHost
{
    /// <summary>Starts it; <paramref name="slots"/> replicas find room, and the journal lies in <paramref name="folder"/>.</summary>
    Task<IJobClient> StartAsync(string folder, int slots, CancellationToken cancel);

    /// <summary>Whether a run of this host left its journal in the folder.</summary>
    bool HasJournal(string folder);
}

/// <summary>A job that failed or cannot be reached. The message is one line.</summary>
public sealed class JobException(string message, Exception? inner = null) : Exception(message, inner);
