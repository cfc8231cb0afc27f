using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

/// <summary>The furthest state that ranks said they kept in memory when their world ended.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Digests">Of their weights and optimizer state: one, unless they differ.</param>
public sealed record KeptState(long Step, IReadOnlyList<ulong> Digests)
{
    /// <summary>From the ranks' last words; null where none kept anything.</summary>
    public static KeptState? Of(IEnumerable<IJobMessage> reports) => reports
        .Select(report => report switch
        {
            PeerLost lost => (lost.Step, lost.Digest),
            ReplicaHeld held => (held.Step, held.Digest),
            _ => default,
        })
        .Where(kept => kept.Digest != 0)
        .GroupBy(kept => kept.Step, kept => kept.Digest)
        .MaxBy(step => step.Key) is { } furthest ? new KeptState(furthest.Key, [.. furthest.Distinct()]) : null;

    /// <summary>What is wrong with a world that begins elsewhere; null for nothing.</summary>
    public string? Compare(ReplicaReady ready) => ready switch
    {
        _ when ready.Step < Step => FormattableString.Invariant($"world {ready.Generation} begins at step {ready.Step:N0}, though the one before had come to step {Step:N0}: the ranks that had come so far are gone"),
        { Digest: not 0 } when ready.Step == Step && !Digests.Contains(ready.Digest) => FormattableString.Invariant($"world {ready.Generation} begins at step {Step:N0} with other weights than the one before ended with"),
        _ => null,
    };
}
