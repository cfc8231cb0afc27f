using MessagePack;

namespace Convoy.Shared.Protocol;

// Client -> job: ExplainJob -> JobDiagnosis.  Job -> worker: GetStandings -> ReplicaStandings.

/// <summary>Ask what holds a job up. Answered by <see cref="JobDiagnosis"/> within seconds, even where a worker does not answer.</summary>
[MessagePackObject, Manifest("job.why")]
public sealed record ExplainJob([property: Key(0)] string JobId) : IJobMessage;

/// <summary>What holds a job up, or that nothing does.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Verdict">In one line.</param>
/// <param name="Ranks">Of its world, by rank; empty where it has none.</param>
[MessagePackObject, Manifest("job.diagnosis")]
public sealed record JobDiagnosis([property: Key(0)] string JobId, [property: Key(1)] string Verdict, [property: Key(2)] IReadOnlyList<RankStanding> Ranks) : IWire;

/// <summary>A rank of a job's world, and what it is busy with.</summary>
/// <param name="Rank">Which.</param>
/// <param name="WorkerId">Who holds it.</param>
/// <param name="Host">Where that is.</param>
/// <param name="Standing">What it is busy with; null where its worker does not answer.</param>
[MessagePackObject]
public sealed record RankStanding([property: Key(0)] int Rank, [property: Key(1)] string WorkerId, [property: Key(2)] string Host, [property: Key(3)] ReplicaStanding? Standing);

/// <summary>Ask a worker what a job's replicas on it are busy with. Answered by <see cref="ReplicaStandings"/>.</summary>
[MessagePackObject, Manifest("world.standing")]
public sealed record GetStandings([property: Key(0)] string JobId) : IWire;

/// <summary>What a job's replicas on a worker are busy with.</summary>
[MessagePackObject, Manifest("world.standings")]
public sealed record ReplicaStandings([property: Key(0)] string WorkerId, [property: Key(1)] IReadOnlyList<ReplicaStanding> Replicas) : IWire;

/// <summary>What a replica is busy with.</summary>
/// <param name="Rank">Which.</param>
/// <param name="Phase">With what.</param>
/// <param name="Step">From 1, over the run: the one under way, and between steps the last one.</param>
/// <param name="Seconds">For how long.</param>
/// <param name="Recent">Where the time of its recent steps went, a mean.</param>
[MessagePackObject]
public sealed record ReplicaStanding(
    [property: Key(0)] int Rank,
    [property: Key(1)] ReplicaPhase Phase,
    [property: Key(2)] long Step,
    [property: Key(3)] double Seconds,
    [property: Key(4)] StepSeconds Recent);

/// <summary>What a replica is busy with.</summary>
public enum ReplicaPhase
{
    /// <summary>Taking state from its world, or waiting for those who do.</summary>
    Synchronisation,
    /// <summary>Waiting for its share of a batch.</summary>
    BatchWait,
    /// <summary>Forward pass and loss.</summary>
    Forward,
    /// <summary>Backward pass.</summary>
    Backward,
    /// <summary>Summing gradients over the world.</summary>
    Exchange,
    /// <summary>Moving the weights.</summary>
    Optimizer,
    /// <summary>Evaluating an epoch, or the trained model.</summary>
    Evaluation,
    /// <summary>Writing a checkpoint.</summary>
    Checkpoint,
    /// <summary>Loading libtorch, opening its data, meeting its peers.</summary>
    Starting,
    /// <summary>Running a frozen base over its share of the pictures.</summary>
    Features,
    /// <summary>Done with its part of what lies between steps, and waiting for the others.</summary>
    Barrier,
}
