using MessagePack;

namespace Convoy.Shared.Protocol;

// Client -> job: AuditJob.  Job -> client: AuditReport | JobRefused.

/// <summary>Ask whether every sample was counted exactly once in each epoch. Answered by <see cref="AuditReport"/>; a <see cref="JobRefused"/> where there is no such job.</summary>
[MessagePackObject, Manifest("job.audit")]
public sealed record AuditJob([property: Key(0)] string JobId) : IJobMessage;

/// <summary>Consecutive steps of an epoch.</summary>
/// <param name="First">From 0 within the epoch.</param>
/// <param name="Count">How many.</param>
[MessagePackObject]
public sealed record StepRange([property: Key(0)] int First, [property: Key(1)] int Count);

/// <summary>What the ledger says of one epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Done">Whether the job has completed it; in the one under way, steps that are still to come are not missing.</param>
/// <param name="StepsOnce">Steps covered once.</param>
/// <param name="Doubled">Steps covered more than once.</param>
/// <param name="Missing">Steps covered by nobody.</param>
/// <param name="SamplesOnce">Samples counted once.</param>
/// <param name="SamplesDoubled">Samples counted more than once.</param>
/// <param name="SamplesMissing">Samples counted by nobody.</param>
/// <param name="Miscounted">Stretches whose world counted another number of samples than their steps have.</param>
/// <param name="Generations">The worlds that trained it, in order.</param>
/// <param name="Samples">Training samples of the data that it was trained on.</param>
/// <param name="Steps">Steps that it has.</param>
[MessagePackObject]
public sealed record EpochAudit(
    [property: Key(0)] int Epoch,
    [property: Key(1)] bool Done,
    [property: Key(2)] int StepsOnce,
    [property: Key(3)] IReadOnlyList<StepRange> Doubled,
    [property: Key(4)] IReadOnlyList<StepRange> Missing,
    [property: Key(5)] int SamplesOnce,
    [property: Key(6)] int SamplesDoubled,
    [property: Key(7)] int SamplesMissing,
    [property: Key(8)] IReadOnlyList<StepRange> Miscounted,
    [property: Key(9)] IReadOnlyList<int> Generations,
    [property: Key(10)] int Samples = 0,
    [property: Key(11)] int Steps = 0)
{
    /// <summary>Whether nothing was counted twice, and nothing left out that should be there.</summary>
    [IgnoreMember] public bool IsClean => Doubled.Count == 0 && Missing.Count == 0 && Miscounted.Count == 0;
}

/// <summary>The sample ledger of a job, held against its sample order.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Clean">Whether every epoch is.</param>
/// <param name="Samples">Training samples.</param>
/// <param name="StepsPerEpoch">Steps in an epoch.</param>
/// <param name="Epochs">The epochs that have been trained at least in part.</param>
[MessagePackObject, Manifest("job.audited")]
public sealed record AuditReport(
    [property: Key(0)] string JobId,
    [property: Key(1)] bool Clean,
    [property: Key(2)] int Samples,
    [property: Key(3)] int StepsPerEpoch,
    [property: Key(4)] IReadOnlyList<EpochAudit> Epochs) : IWire;
