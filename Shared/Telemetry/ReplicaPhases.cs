using Convoy.Shared.Protocol;

namespace Convoy.Shared.Telemetry;

/// <summary>Phases in words.</summary>
public static class ReplicaPhases
{
    /// <summary>As a person says it.</summary>
    public static string InWords(this ReplicaPhase phase) => phase switch
    {
        ReplicaPhase.Synchronisation => "synchronisation",
        ReplicaPhase.BatchWait => "the wait for its batch",
        ReplicaPhase.Forward => "the forward pass",
        ReplicaPhase.Backward => "the backward pass",
        ReplicaPhase.Exchange => "the all-reduce",
        ReplicaPhase.Optimizer => "the optimizer's step",
        ReplicaPhase.Evaluation => "the evaluation",
        ReplicaPhase.Checkpoint => "the checkpoint",
        _ => "its start",
    };
}
