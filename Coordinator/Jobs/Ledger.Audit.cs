using Convoy.Shared.Data;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

public sealed partial record Ledger
{
    /// <summary>Holds the ledger against the order of the samples: was each counted exactly once in every epoch?</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="data">What it trained on, one after another.</param>
    /// <param name="completed">Epochs that the job has completed.</param>
    public AuditReport Audit(string jobId, IReadOnlyList<AuditedData> data, int completed)
    {
        var valid = Stretches.Select(stretch => Valid(stretch, data)).Where(stretch => stretch.Count > 0).ToLookup(stretch => stretch.Epoch);
        var last = Math.Max(completed, valid.Select(epoch => epoch.Key).DefaultIfEmpty(0).Max());
        // An epoch that a later one follows is done, whether its row was heard or not.
        var epochs = Enumerable.Range(1, last).Select(epoch => Audit(epoch, epoch <= completed || epoch < last, [.. valid[epoch]], data.Last(each => each.Era.Epoch < epoch))).ToList();
        return new AuditReport(jobId, epochs.All(epoch => epoch.IsClean), data[^1].Era.Samples, data[^1].Order.StepsPerEpoch, epochs);
    }

    // What was done of an epoch before it was begun anew on other data is void, too.
    Stretch Valid(Stretch stretch, IReadOnlyList<AuditedData> data)
    {
        if (data.Any(later => later.Era.Generation > stretch.Generation && later.Era.Epoch < stretch.Epoch)) return stretch with { Count = 0 };
        var end = Starts.Where(start => start.Generation > stretch.Generation).Select(start => start.Step).DefaultIfEmpty(long.MaxValue).Min();
        var first = data.Last(each => each.Era.Generation <= stretch.Generation).Era.StepAfter(stretch.Epoch - 1) + stretch.First;
        return stretch with { Count = (int)Math.Clamp(end - first, 0, stretch.Count) };
    }

    EpochAudit Audit(int epoch, bool done, IReadOnlyList<Stretch> stretches, AuditedData data)
    {
        var (order, samples) = (data.Order, data.Era.Samples);
        var steps = new int[order.StepsPerEpoch];
        foreach (var step in stretches.SelectMany(stretch => Enumerable.Range(stretch.First, stretch.Count)).Where(step => step < steps.Length)) steps[step]++;
        var reached = done ? steps.Length : Array.FindLastIndex(steps, times => times > 0) + 1;
        var counts = Counts(steps, order, epoch, samples);
        var missing = Ranges(step => step < reached && steps[step] == 0, steps.Length);
        return new EpochAudit(
            epoch, done, steps.Count(times => times == 1), Ranges(step => steps[step] > 1, steps.Length), missing,
            counts.Count(times => times == 1), counts.Count(times => times > 1), missing.Sum(range => Size(range, order, epoch)),
            Miscounted(epoch, stretches, order), [.. stretches.Select(stretch => stretch.Generation).Distinct().Order()],
            samples, order.StepsPerEpoch);
    }

    static int[] Counts(int[] steps, SampleOrder order, int epoch, int samples)
    {
        var counts = new int[samples];
        var permutation = order.Permutation(epoch);
        foreach (var (step, times) in steps.Index())
            foreach (var sample in order.Batch(permutation, step).Span) counts[sample] += times;
        return counts;
    }

    // As they were told: a world counts what it trained, whether that is void later or not.
    List<StepRange> Miscounted(int epoch, IReadOnlyList<Stretch> valid, SampleOrder order) =>
        [.. Stretches.Where(told => told.Epoch == epoch && valid.Any(told.IsRetellingOf))
            .Select(told => (Range: new StepRange(told.First, told.Count), told.Samples))
            .Where(told => told.Range.First + told.Range.Count > order.StepsPerEpoch || told.Samples != Size(told.Range, order, epoch))
            .Select(told => told.Range)];

    static int Size(StepRange range, SampleOrder order, int epoch)
    {
        var permutation = order.Permutation(epoch);
        return Enumerable.Range(range.First, range.Count).Sum(step => order.Batch(permutation, step).Length);
    }

    static List<StepRange> Ranges(Func<int, bool> wanted, int steps)
    {
        var ranges = new List<StepRange>();
        foreach (var step in Enumerable.Range(0, steps).Where(wanted))
        {
            if (ranges.Count > 0 && ranges[^1] is { } open && open.First + open.Count == step) ranges[^1] = open with { Count = open.Count + 1 };
            else ranges.Add(new StepRange(step, 1));
        }
        return ranges;
    }
}

/// <summary>Data that a job trained on for a while.</summary>
/// <param name="Era">From where on.</param>
/// <param name="Order">Which samples a step has.</param>
public sealed record AuditedData(DataReplaced Era, SampleOrder Order)
{
    /// <summary>For all of a training.</summary>
    public static IReadOnlyList<AuditedData> Only(SampleOrder order, int samples) => [new(new DataReplaced(0, 0, 0, order.StepsPerEpoch, samples), order)];
}
