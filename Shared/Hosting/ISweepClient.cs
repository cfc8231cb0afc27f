using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Talks to sweeps wherever they run. Every method throws <see cref="JobException"/> where a command is refused or nobody answers.</summary>
public interface ISweepClient : IAsyncDisposable
{
    /// <summary>Starts a sweep.</summary>
    Task SubmitAsync(SubmitSweep sweep, CancellationToken cancel);
    /// <summary>How a sweep stands.</summary>
    Task<SweepView> GetAsync(string sweepId, CancellationToken cancel);
    /// <summary>All its trials, by number.</summary>
    Task<IReadOnlyList<TrialView>> TrialsAsync(string sweepId, CancellationToken cancel);
    /// <summary>Has its trials stop after their steps, with checkpoints.</summary>
    Task PauseAsync(string sweepId, CancellationToken cancel);
    /// <summary>Has it go on.</summary>
    Task ResumeAsync(string sweepId, CancellationToken cancel);
    /// <summary>Ends it for good; its results stay.</summary>
    Task CancelAsync(string sweepId, CancellationToken cancel);
    /// <summary>How it stands, again and again, until cancelled or until it has ended.</summary>
    IAsyncEnumerable<SweepView> WatchAsync(string sweepId, CancellationToken cancel);
}
