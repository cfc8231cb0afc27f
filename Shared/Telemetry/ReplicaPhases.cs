using Convoy.Shared.Protocol;

namespace Convoy.Shared.Telemetry;

/// <summary>What replicas are busy with, as people, spans and measurements call it.</summary>
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
        ReplicaPhase.Features => "the base's run over the pictures",
        ReplicaPhase.Barrier => "the wait for the others",
        _ => "its start",
    };

    /// <summary>The name of its span: one of <see cref="Spans"/>. It must be a phase of a step.</summary>
    public static string SpanName(this ReplicaPhase phase) => phase switch
    {
        ReplicaPhase.BatchWait => Spans.BatchWait,
        ReplicaPhase.Forward => Spans.Forward,
        ReplicaPhase.Backward => Spans.Backward,
        ReplicaPhase.Exchange => Spans.AllReduce,
        ReplicaPhase.Optimizer => Spans.Optimizer,
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "not a phase of a step"),
    };

    /// <summary>It as an attribute of a measurement. It must be a phase of a step.</summary>
    public static KeyValuePair<string, object?> Tag(this ReplicaPhase phase) => Tags[phase - ReplicaPhase.BatchWait];

    /// <summary>The seconds of every phase of a step, in their order.</summary>
    public static IReadOnlyList<(ReplicaPhase Phase, double Seconds)> ByPhase(this StepSeconds seconds) =>
    [
        (ReplicaPhase.BatchWait, seconds.BatchWait), (ReplicaPhase.Forward, seconds.Forward), (ReplicaPhase.Backward, seconds.Backward),
        (ReplicaPhase.Exchange, seconds.AllReduce), (ReplicaPhase.Optimizer, seconds.Optimizer),
    ];

    static readonly KeyValuePair<string, object?>[] Tags =
        [.. default(StepSeconds).ByPhase().Select(part => KeyValuePair.Create(Attributes.Phase, (object?)part.Phase.SpanName().Replace(' ', '_').Replace('-', '_')))];
}
