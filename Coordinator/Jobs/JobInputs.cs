using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

/// <summary>A submitted job whose spec could be read.</summary>
public sealed record Submission(SubmitJob Command, JobPlan Plan) : ILocalOnly;

/// <summary>The job was read from its journal: whatever world it had is gone.</summary>
public sealed record ProcessRestarted : ILocalOnly;

/// <summary>The run folder shows the ended job.</summary>
public sealed record FolderWritten : ILocalOnly;

/// <summary>The run folder cannot be written.</summary>
public sealed record FolderFailed(string Error) : ILocalOnly;

/// <summary>End the entity, not the job: it is read from the journal when it is next spoken to. Unlike a PoisonPill it waits for the journal.</summary>
public sealed record StopEntity : ILocalOnly;
