using Akka.Actor;
using Convoy.Shared.Data;
using MessagePack;

namespace Convoy.Shared.Protocol;

// Job -> worker: StartReplica, StopReplica.
// Job -> worker: PrepareReplica.  Worker -> job: ReplicaPrepared, LeaveWorld, ReplicaKept -> StopReplica.
// Replica -> job: PeerLost, ReplicaHeld, ReplicaWarned, StepsCommitted, ReplicaReady, FeatureProgress, StepProgress, CheckpointWritten, EpochFinished, ReplicaPaused, ReplicaFinished, ReplicaFailed.
// A world is a numbered generation; whatever carries an older generation is dropped.

/// <summary>What a replica tells its job.</summary>
public interface IReplicaReport : IJobMessage
{
    /// <summary>Of the world it belongs to.</summary>
    int Generation { get; }
}

/// <summary>One rank of a world.</summary>
[MessagePackObject]
public sealed record WorldMember(
    [property: Key(0)] int Rank,
    [property: Key(1)] string WorkerId,
    [property: Key(2)] string Host,
    [property: Key(3)] int DataPort);

/// <summary>The replicas that train together.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Generation">From 1, one more for every world the job forms.</param>
/// <param name="Members">By rank.</param>
/// <param name="Secret">What a peer must show to be let in: 32 random bytes.</param>
[MessagePackObject]
public sealed record World(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] IReadOnlyList<WorldMember> Members,
    [property: Key(3)] byte[] Secret)
{
    /// <summary>Number of ranks.</summary>
    [IgnoreMember] public int Size => Members.Count;

    /// <summary>Whether a rank is the lowest of its worker's, the one that does what a process does once.</summary>
    public bool IsFirstOfItsWorker(int rank) => Members.First(member => member.WorkerId == Members[rank].WorkerId).Rank == rank;
}

/// <summary>Run one rank of a world.</summary>
/// <param name="World">The world.</param>
/// <param name="Rank">Which rank this replica is.</param>
/// <param name="Spec">The spec as canonical YAML.</param>
/// <param name="Artifacts">The job's artifact store: a <c>file://</c> folder.</param>
/// <param name="Checkpoint">The checkpoint to start from, by name; null for a fresh start.</param>
/// <param name="Until">The epoch after which the world pauses; null to train to the end.</param>
/// <param name="Trace">The <c>traceparent</c> of the job; null where nobody traces.</param>
/// <param name="Data">The digest of the data that the training began with: a rank that sees other data waits instead of joining; null where it has not begun.</param>
[MessagePackObject, Manifest("world.start")]
public sealed record StartReplica(
    [property: Key(0)] World World,
    [property: Key(1)] int Rank,
    [property: Key(2)] string Spec,
    [property: Key(3)] string Artifacts,
    [property: Key(4)] string? Checkpoint,
    [property: Key(5)] int? Until = null,
    [property: Key(6)] string? Trace = null,
    [property: Key(7)] string? Data = null) : IWire;

/// <summary>How a replica is asked to end.</summary>
public enum StopMode
{
    /// <summary>After the current step, with a checkpoint; the whole world stops at the same step.</summary>
    Pause,
    /// <summary>At once, without one.</summary>
    Abort,
    /// <summary>After the current step, keeping everything in memory for the next generation; the whole world stops at the same step.</summary>
    Regroup,
}

/// <summary>End the job's replicas of this generation on the worker.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Generation">Of its world.</param>
/// <param name="Mode">How.</param>
/// <param name="Reason">Why the job goes on without this worker, for its log; null where there is nothing to say.</param>
[MessagePackObject, Manifest("world.stop")]
public sealed record StopReplica(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] StopMode Mode,
    [property: Key(3)] string? Reason = null) : IWire;

/// <summary>A rank has its model, its data and its peers, and starts to train.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Generation">Of its world.</param>
/// <param name="Rank">Which.</param>
/// <param name="StepsPerEpoch">Known once the data is open.</param>
/// <param name="Step">The step it starts from.</param>
/// <param name="Classes">Names of the data set's classes.</param>
/// <param name="Samples">Training samples of the data set, for the audit.</param>
/// <param name="Skipped">Files of the data set that were left out, one line each; null for none.</param>
/// <param name="Digest">Of the weights and the optimizer state that it starts from; 0 for unknown.</param>
/// <param name="FirstEpoch">Epochs that were done when the training went over to this data; 0 where it began with it.</param>
/// <param name="FirstStep">Steps that were.</param>
[MessagePackObject, Manifest("world.ready")]
public sealed record ReplicaReady(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] int Rank,
    [property: Key(3)] int StepsPerEpoch,
    [property: Key(4)] long Step,
    [property: Key(5)] IReadOnlyList<string> Classes,
    [property: Key(6)] int Samples = 0,
    [property: Key(7)] IReadOnlyList<string>? Skipped = null,
    [property: Key(8)] ulong Digest = 0,
    [property: Key(9)] int FirstEpoch = 0,
    [property: Key(10)] long FirstStep = 0) : IReplicaReport;

/// <summary>A checkpoint lies in the artifact store.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Generation">Of the world that wrote it.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Name">Its name in the store, <c>checkpoints/step-00000938.safetensors</c>.</param>
/// <param name="Sha256">Of the file, lower-case hexadecimal.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="EpochEnd">Whether it stands at the end of an epoch.</param>
[MessagePackObject, Manifest("world.checkpoint")]
public sealed record CheckpointWritten(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] long Step,
    [property: Key(3)] int Epoch,
    [property: Key(4)] string Name,
    [property: Key(5)] string Sha256,
    [property: Key(6)] long Bytes,
    [property: Key(7)] bool EpochEnd) : IReplicaReport;

/// <summary>Rank 0 says that an epoch is done; its checkpoint follows, where it has one.</summary>
[MessagePackObject, Manifest("world.epoch")]
public sealed record EpochFinished(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] long Step,
    [property: Key(3)] EpochMetrics Metrics) : IReplicaReport;

/// <summary>A rank stopped as asked, after this step; rank 0's checkpoint was reported before.</summary>
[MessagePackObject, Manifest("world.paused")]
public sealed record ReplicaPaused([property: Key(0)] string JobId, [property: Key(1)] int Generation, [property: Key(2)] int Rank, [property: Key(3)] long Step) : IReplicaReport;

/// <summary>A rank trained to the end.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Generation">Of its world.</param>
/// <param name="Rank">Which.</param>
/// <param name="Step">Steps done in all.</param>
/// <param name="Test">The selected weights on the test split; null where there is none.</param>
/// <param name="Selected">The checkpoint whose weights are the model.</param>
/// <param name="Seconds">Of training in this generation.</param>
[MessagePackObject, Manifest("world.finished")]
public sealed record ReplicaFinished(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] int Rank,
    [property: Key(3)] long Step,
    [property: Key(4)] Metrics? Test,
    [property: Key(5)] string Selected,
    [property: Key(6)] double Seconds) : IReplicaReport;

/// <summary>A rank ended with an error.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Generation">Of its world.</param>
/// <param name="Rank">Which.</param>
/// <param name="Error">What, where and what to do, in one line.</param>
/// <param name="Fatal">Whether trying again cannot help (bad data, not-a-number loss) or it can (a peer was lost).</param>
/// <param name="DamagedCheckpoint">The checkpoint that could not be read, where that was the error: the job falls back to the one before.</param>
/// <param name="OfNode">Whether it is this worker that lacks something, such as readable data: others may not, and the job goes on with them.</param>
[MessagePackObject, Manifest("world.failed")]
public sealed record ReplicaFailed(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] int Rank,
    [property: Key(3)] string Error,
    [property: Key(4)] bool Fatal,
    [property: Key(5)] string? DamagedCheckpoint = null,
    [property: Key(6)] bool OfNode = false) : IReplicaReport;

/// <summary>Load the model, the data and the libraries of a job, so that the replica can join at once when a world is formed. Answered by <see cref="ReplicaPrepared"/>.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Spec">Its spec as canonical YAML.</param>
/// <param name="Data">The digest of the data that the training began with; null where it has not begun.</param>
[MessagePackObject, Manifest("world.prepare")]
public sealed record PrepareReplica([property: Key(0)] string JobId, [property: Key(1)] string Spec, [property: Key(2)] string? Data = null) : IWire;

/// <summary>A worker can join the job's next world without delay; also told by every rank before it joins its world, for what it sees of the data.</summary>
/// <param name="JobId">The job.</param>
/// <param name="WorkerId">Who tells.</param>
/// <param name="Data">The data as it sees it; null from workers of earlier versions and where it cannot be used.</param>
/// <param name="Error">Why it can neither prepare nor join; null where it can.</param>
/// <param name="LeftOut">Augmenters that see other data than most, and are not asked, one line each; null for none.</param>
[MessagePackObject, Manifest("world.prepared")]
public sealed record ReplicaPrepared(
    [property: Key(0)] string JobId,
    [property: Key(1)] string WorkerId,
    [property: Key(2)] DataSeen? Data = null,
    [property: Key(3)] string? Error = null,
    [property: Key(4)] IReadOnlyList<string>? LeftOut = null) : IJobMessage;

/// <summary>A worker is about to stop and asks the job to go on without it. Its replicas take part until they are told to stop: with
/// <see cref="StopMode.Regroup"/> or <see cref="StopMode.Pause"/> first; once with <see cref="StopMode.Abort"/>, or paused, the worker may go.</summary>
[MessagePackObject, Manifest("world.leave")]
public sealed record LeaveWorld([property: Key(0)] string JobId, [property: Key(1)] string WorkerId) : IJobMessage;

/// <summary>A worker has replicas of the job in memory; it says so every few seconds. Answered by <see cref="StopReplica"/> where the job wants them no more.</summary>
/// <param name="JobId">The job.</param>
/// <param name="WorkerId">The worker.</param>
/// <param name="Generation">Of the world they were in.</param>
/// <param name="Worker">Its actor: another one after it has joined the cluster anew.</param>
[MessagePackObject, Manifest("world.kept")]
public sealed record ReplicaKept(
    [property: Key(0)] string JobId,
    [property: Key(1)] string WorkerId,
    [property: Key(2)] int Generation,
    [property: Key(3)] IActorRef Worker) : IJobMessage;

/// <summary>A rank lost a peer in the middle of a step; it dropped the step, keeps its replica as it was after <paramref name="Step"/> and waits for the next world.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Generation">Of the world that broke.</param>
/// <param name="Rank">Who tells: alive.</param>
/// <param name="Step">Steps it has done.</param>
/// <param name="Error">What it saw, in one line.</param>
/// <param name="Digest">Of the weights and the optimizer state that it keeps; 0 where it keeps none.</param>
/// <param name="Unreachable">The rank whose data plane it could not connect to; null where that was not the trouble.</param>
[MessagePackObject, Manifest("world.peerlost")]
public sealed record PeerLost(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] int Rank,
    [property: Key(3)] long Step,
    [property: Key(4)] string Error,
    [property: Key(5)] ulong Digest = 0,
    [property: Key(6)] int? Unreachable = null) : IReplicaReport;

/// <summary>A rank stopped after this step to regroup; it keeps its replica, with weights and optimizer state of this digest, and waits for the next world.</summary>
[MessagePackObject, Manifest("world.held")]
public sealed record ReplicaHeld(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] int Rank,
    [property: Key(3)] long Step,
    [property: Key(4)] ulong Digest = 0) : IReplicaReport;

/// <summary>A rank saw something that training goes on in spite of, and that its user should know.</summary>
[MessagePackObject, Manifest("world.warned")]
public sealed record ReplicaWarned([property: Key(0)] string JobId, [property: Key(1)] int Generation, [property: Key(2)] int Rank, [property: Key(3)] string Text) : IReplicaReport;

/// <summary>Which steps of an epoch a world committed. Rank 0 tells at the epoch's end and before a checkpoint within an epoch; every rank tells
/// before it waits for the next world, since rank 0 may be the one that died. Told twice, or longer the second time, it counts once;
/// heard late, from an older world, it counts too. The ledger of <c>jobs audit</c>.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Generation">Of the world that committed them.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="First">First step of the stretch, from 0 within the epoch.</param>
/// <param name="Count">Number of steps.</param>
/// <param name="Samples">Samples that the world counted in them.</param>
[MessagePackObject, Manifest("world.committed")]
public sealed record StepsCommitted(
    [property: Key(0)] string JobId,
    [property: Key(1)] int Generation,
    [property: Key(2)] int Epoch,
    [property: Key(3)] int First,
    [property: Key(4)] int Count,
    [property: Key(5)] long Samples) : IReplicaReport;
