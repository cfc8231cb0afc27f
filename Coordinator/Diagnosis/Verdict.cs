using System.Globalization;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;

namespace Convoy.Coordinator.Diagnosis;

/// <summary>Says in one line what holds a job up. Replicas of one world march in step: whoever is not in the all-reduce, or between steps at the barrier, keeps
/// those waiting who are.</summary>
static class Verdict
{
    /// <summary>How much slower than the median of the others a straggler computes.</summary>
    const double Straggler = 1.3;

    const double LongestUnnoticed = 1, LongestBetweenSteps = 60; // seconds

    /// <summary>Of a job that has no world.</summary>
    public static string Of(JobState state) => WithLeftOut(state, OfPhase(state));

    /// <summary>Of a job and the ranks of its world.</summary>
    public static string Of(JobState state, IReadOnlyList<RankStanding> ranks) => WithLeftOut(state, OfRanks(state, ranks));

    static string WithLeftOut(JobState state, string verdict) =>
        state.LeftOut.Count == 0 || state.Phase == JobPhase.Failed ? verdict : $"{verdict}; goes on without: {string.Join("; ", state.LeftOut.Select(node => node.Reason))}";

    static string OfPhase(JobState state) => state.Phase switch
    {
        JobPhase.Queued => $"queued: {state.Waiting ?? "waits for the scheduler's answer"}",
        JobPhase.Paused => $"paused: goes on with 'convoy jobs resume {state.JobId}'",
        JobPhase.Failed => $"failed: {state.Error}",
        JobPhase.Forming or JobPhase.Running or JobPhase.Pausing => "waits for its next world to form",
        var ended => ended.ToString().ToLowerInvariant(),
    };

    static string OfRanks(JobState state, IReadOnlyList<RankStanding> ranks)
    {
        if (ranks.FirstOrDefault(rank => rank.Standing is null) is { } silent)
            return $"{Name(silent)} does not answer{LastKnown(state, ranks)}: its process stands still, is overloaded or cut off; the others go on without it once the step's deadline has passed";
        if (Starting(ranks) is { } starting) return $"{Name(starting)} {Words(starting.Standing!)}";
        var waiting = ranks.Where(rank => rank.Standing!.Phase is ReplicaPhase.Exchange or ReplicaPhase.Synchronisation or ReplicaPhase.Barrier).ToList();
        var busy = ranks.Except(waiting).OrderBy(rank => rank.Standing!.Step).ThenByDescending(rank => rank.Standing!.Seconds).ToList();
        if (busy.Count == 0 && ranks.Min(rank => rank.Standing!.Seconds) > LongestUnnoticed)
            return $"all ranks wait for each other in the all-reduce, for {Seconds(ranks.Min(rank => rank.Standing!.Seconds))}: the network between {string.Join(", ", ranks.Select(rank => rank.Host).Distinct())} does not carry";
        if (busy.FirstOrDefault() is { } holder && IsLong(holder.Standing!, waiting))
            return busy.Count == ranks.Count && ranks.All(rank => rank.Standing!.Phase == ReplicaPhase.BatchWait)
                ? $"all ranks wait for batches, for {Seconds(holder.Standing!.Seconds)}: more augmenters, or faster disks, would help"
                : $"{Name(holder)} {Words(holder.Standing!)}{(waiting.Count > 0 ? $"; {waiting.Count} wait{(waiting.Count == 1 ? "s" : "")} for it{(waiting.All(IsAtBarrier) ? "" : " in the all-reduce")}" : "")}";
        return Slowest(ranks) ?? Healthy(ranks);
    }

    static RankStanding? Starting(IReadOnlyList<RankStanding> ranks) =>
        ranks.Where(rank => rank.Standing!.Phase == ReplicaPhase.Starting).MaxBy(rank => rank.Standing!.Seconds);

    // Longer than the phase usually takes, and long enough for a person to notice. Evaluations and checkpoints take as long as they take, but the
    // ranks should come to their end together.
    static bool IsLong(ReplicaStanding standing, IReadOnlyList<RankStanding> waiting) => Usual(standing) is { } usual
        ? standing.Seconds > Math.Max(LongestUnnoticed, 3 * usual)
        : waiting.Count > 0 ? waiting.Max(rank => rank.Standing!.Seconds) > LongestUnnoticed : standing.Seconds > LongestBetweenSteps;

    static double? Usual(ReplicaStanding standing) => standing.Recent.ByPhase().Where(part => part.Phase == standing.Phase).Select(part => (double?)part.Seconds).FirstOrDefault();

    static bool IsAtBarrier(RankStanding rank) => rank.Standing!.Phase == ReplicaPhase.Barrier;

    // Those who wait for a silent one know what it has not come to; else its world has told which steps it did.
    static string LastKnown(JobState state, IReadOnlyList<RankStanding> ranks)
    {
        var waiting = ranks.Where(rank => rank.Standing?.Phase is ReplicaPhase.Exchange or ReplicaPhase.Barrier).MaxBy(rank => rank.Standing!.Step)?.Standing;
        return waiting?.Phase switch
        {
            ReplicaPhase.Exchange => FormattableString.Invariant($", and has not come to the all-reduce of step {waiting.Step:N0}"),
            ReplicaPhase.Barrier => FormattableString.Invariant($", and has not come to the end of what follows step {waiting.Step:N0}"),
            _ => state.LiveStep > 0 ? FormattableString.Invariant($" since about step {state.LiveStep:N0}") : "",
        };
    }

    static string? Slowest(IReadOnlyList<RankStanding> ranks)
    {
        if (ranks.Count < 2 || ranks.Any(rank => rank.Standing!.Recent.Total == 0)) return null;
        var slowest = ranks.MaxBy(Alone)!;
        var others = ranks.Where(rank => rank != slowest).Select(Alone).Order().ToList();
        var usual = others[others.Count / 2];
        return Alone(slowest) > Straggler * usual && Alone(slowest) - usual > 0.01
            ? $"{Name(slowest)} is a straggler: {Seconds(Alone(slowest))} a step before the all-reduce, where the others take {Seconds(usual)}; most of it {Most(slowest.Standing!.Recent)}"
            : null;
    }

    static string Healthy(IReadOnlyList<RankStanding> ranks)
    {
        var first = ranks.FirstOrDefault(rank => Usual(rank.Standing!) is null && !IsAtBarrier(rank)) ?? ranks[0];
        var recent = first.Standing!.Recent;
        return recent.Total == 0 || Usual(first.Standing) is null
            ? $"nothing holds it up: {Name(first)} {Words(first.Standing)}"
            : $"nothing holds it up: {Seconds(recent.Total)} a step, most of it {Most(recent)}";
    }

    // What a rank does by itself; in the all-reduce it waits for others.
    static double Alone(RankStanding rank) => rank.Standing!.Recent.Total - rank.Standing.Recent.AllReduce;

    static string Most(StepSeconds recent) => recent.ByPhase().MaxBy(part => part.Seconds).Phase.InWords();

    static string Name(RankStanding rank) => string.Create(CultureInfo.InvariantCulture, $"rank {rank.Rank} on worker {rank.WorkerId} ({rank.Host})");

    static string Words(ReplicaStanding standing) => standing.Phase == ReplicaPhase.Starting
        ? $"is still starting, for {Seconds(standing.Seconds)}: it loads libtorch, opens its data, meets its peers"
        : string.Create(CultureInfo.InvariantCulture, $"has been in {standing.Phase.InWords()} of step {standing.Step:N0} for {Seconds(standing.Seconds)}");

    static string Seconds(double seconds) => seconds < 1 ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:F0} ms") : string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s");
}
