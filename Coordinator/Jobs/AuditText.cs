using System.Globalization;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

/// <summary>An audit for people: a line an epoch, then the verdict.</summary>
public static class AuditText
{
    /// <summary>The lines, each ended.</summary>
    public static string Render(AuditReport report) =>
        string.Concat([.. report.Epochs.Select(epoch => Line(report, epoch) + "\n"), Verdict(report) + "\n"]);

    static string Line(AuditReport report, EpochAudit epoch)
    {
        var worlds = $"generation{(epoch.Generations.Count == 1 ? "" : "s")} {string.Join(", ", epoch.Generations)}";
        var line = string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}: {epoch.SamplesOnce} of {epoch.Samples} samples once, in {epoch.StepsOnce} of {epoch.Steps} steps ({worlds}){(epoch.Done ? "" : ", under way")}");
        return string.Concat([line, .. Faults(epoch)]);
    }

    static IEnumerable<string> Faults(EpochAudit epoch)
    {
        if (epoch.Doubled.Count > 0) yield return $"; {epoch.SamplesDoubled} samples more than once: steps {Ranges(epoch.Doubled)}";
        if (epoch.Missing.Count > 0) yield return $"; {epoch.SamplesMissing} samples not counted: steps {Ranges(epoch.Missing)}";
        if (epoch.Miscounted.Count > 0) yield return $"; counts do not fit: steps {Ranges(epoch.Miscounted)}";
    }

    static string Verdict(AuditReport report) => report switch
    {
        { Epochs.Count: 0 } => "nothing trained yet",
        { Clean: true } => "clean: every sample was counted exactly once in each epoch",
        _ => $"not clean: see epoch{(report.Epochs.Count(epoch => !epoch.IsClean) == 1 ? "" : "s")} {string.Join(", ", report.Epochs.Where(epoch => !epoch.IsClean).Select(epoch => epoch.Epoch))}",
    };

    // Steps from 1, as progress shows them.
    static string Ranges(IReadOnlyList<StepRange> ranges) =>
        string.Join(", ", ranges.Select(range => range.Count == 1 ? $"{range.First + 1}" : $"{range.First + 1} to {range.First + range.Count}"));
}
