using Convoy.Cli.CommandLine;
using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;
using static System.FormattableString;

namespace Convoy.Cli.Jobs;

/// <summary>A diagnosis in words: the verdict, then a rank a line, with milliseconds of a recent step by phase.</summary>
static class DiagnosisText
{
    public static IEnumerable<string> Lines(JobDiagnosis diagnosis) => diagnosis.Ranks.Count == 0
        ? [diagnosis.Verdict]
        : [diagnosis.Verdict, "", .. TextTable.Lines([["RANK", "WORKER", "HOST", "STEP", "BUSY WITH", "FOR", "BATCH", "FORWARD", "BACKWARD", "ALL-REDUCE", "OPTIMIZER"], .. diagnosis.Ranks.Select(Row)])];

    static string[] Row(RankStanding rank) => rank.Standing is { } standing
        ? [$"{rank.Rank}", rank.WorkerId, rank.Host, Invariant($"{standing.Step}"), standing.Phase.InWords(), Invariant($"{standing.Seconds:F1} s"), .. Milliseconds(standing.Recent)]
        : [$"{rank.Rank}", rank.WorkerId, rank.Host, "-", "does not answer", "-", "-", "-", "-", "-", "-"];

    static IEnumerable<string> Milliseconds(StepSeconds recent) =>
        recent.ByPhase().Select(part => Invariant($"{part.Seconds * 1000:F0} ms"));
}
