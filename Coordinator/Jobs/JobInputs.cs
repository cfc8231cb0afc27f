using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

/// <summary>A submitted job whose spec could be read.</summary>
public sealed record Submission(SubmitJob Command, JobPlan Plan) : ILocalOnly;

/// <summary>The job was read from its journal: whatever world it had is gone.</summary>
public sealed record ProcessRestarted : ILocalOnly;

/// <summary>The ranks of a broken world have had their time to tell that they are alive.</summary>
/// <param name="Generation">Of the world.</param>
/// <param name="Missing">With how many ranks unheard the next world forms now.</param>
public sealed record RegroupDue(int Generation, int Missing) : ILocalOnly;

/// <summary>Newcomers of this offer have had their time to prepare.</summary>
public sealed record PrepareDue(int Offer) : ILocalOnly;

/// <summary>A job that was read from its journal has waited long enough for a world as large as the one it had.</summary>
public sealed record AskForFewer(int Generation) : ILocalOnly;

/// <summary>A job that waits for slots since this world, or since it was submitted, has waited as long as it may.</summary>
public sealed record WaitOver(int Generation) : ILocalOnly;

/// <summary>Remind the scheduler of what the job holds or waits for: it may have moved.</summary>
public sealed record ClaimDue : ILocalOnly;

/// <summary>The run folder shows the ended job.</summary>
public sealed record FolderWritten : ILocalOnly;

/// <summary>The run folder cannot be written for now, as where its disk is full; null: it can again.</summary>
public sealed record FolderHeld(string? Why) : ILocalOnly;

/// <summary>The run folder cannot be written.</summary>
public sealed record FolderFailed(string Error) : ILocalOnly;

/// <summary>End the entity, not the job: it is read from the journal when it is next spoken to. Unlike a PoisonPill it waits for the journal.</summary>
public sealed record StopEntity : ILocalOnly;
