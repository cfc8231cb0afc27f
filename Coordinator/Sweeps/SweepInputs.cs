using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Sweeps;

/// <summary>How the job of a trial stands.</summary>
public sealed record TrialNews(int Trial, JobView Job) : ILocalOnly;

/// <summary>The job of a trial cannot be had.</summary>
public sealed record TrialRefused(int Trial, string Reason) : ILocalOnly;

/// <summary>A trial that is to pause has no job that could train: it was never submitted, or that was not heard.</summary>
public sealed record TrialHasNoJob(int Trial) : ILocalOnly;

/// <summary>The job of a trial does nothing any more, as was asked.</summary>
public sealed record TrialGone(int Trial) : ILocalOnly;

/// <summary>The sweep was read from its journal.</summary>
public sealed record SweepRestarted : ILocalOnly;

/// <summary>The sweep has run as long as it may.</summary>
public sealed record TimeIsUp : ILocalOnly;

/// <summary>A minute has passed while the sweep runs.</summary>
public sealed record MinutePassed : ILocalOnly;

/// <summary>The sweep's folder holds its results.</summary>
public sealed record ResultsWritten : ILocalOnly;

/// <summary>The sweep's folder cannot be written.</summary>
public sealed record ResultsFailed(string Error) : ILocalOnly;
