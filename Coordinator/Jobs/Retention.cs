using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Jobs;

/// <summary>Which epoch is best and which checkpoints may go.</summary>
public static class Retention
{
    /// <summary>Highest validation accuracy, then lowest validation loss, then the earliest; the last epoch where nothing is validated; null without epochs.</summary>
    public static EpochMetrics? Best(IEnumerable<EpochMetrics> history) => history.Aggregate((EpochMetrics?)null, Better);

    /// <summary>The better of the best so far and a later epoch.</summary>
    public static EpochMetrics Better(EpochMetrics? best, EpochMetrics later) => (best?.Validation, later.Validation) switch
    {
        (null, _) => later,
        (_, null) => best!,
        var (known, other) => other.Accuracy.CompareTo(known.Accuracy) is var accuracy && (accuracy > 0 || accuracy == 0 && other.Loss.CompareTo(known.Loss) < 0) ? later : best!,
    };

    /// <summary>An epoch's row; null where there is none.</summary>
    /// <param name="history">By epoch.</param>
    /// <param name="epoch">Which.</param>
    public static EpochMetrics? RowOf(IReadOnlyList<EpochMetrics> history, int epoch)
    {
        var (low, high) = (0, history.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (history[middle].Epoch == epoch) return history[middle];
            (low, high) = history[middle].Epoch < epoch ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }

    /// <summary>The checkpoint whose weights are the model of a job that ended before its last epoch; null where no epoch was saved.</summary>
    /// <param name="checkpoints">By step.</param>
    /// <param name="history">By epoch.</param>
    /// <param name="select">Which a whole training would have taken.</param>
    public static Checkpoint? Model(IReadOnlyList<Checkpoint> checkpoints, IReadOnlyList<EpochMetrics> history, Selection select)
    {
        var saved = checkpoints.Where(checkpoint => checkpoint.EpochEnd).ToLookup(checkpoint => checkpoint.Epoch);
        List<EpochMetrics> rows = [.. history.Where(row => saved.Contains(row.Epoch))];
        return (select == Selection.Best ? Best(rows) : rows.LastOrDefault()) is { } row ? saved[row.Epoch].Last() : null;
    }

    /// <summary>Names of the checkpoints outside {the best saved epoch's, the last <paramref name="keep"/>}.</summary>
    /// <param name="checkpoints">By step.</param>
    /// <param name="history">By epoch.</param>
    /// <param name="keep">How many of the latest stay.</param>
    public static IReadOnlyList<string> Superfluous(IReadOnlyList<Checkpoint> checkpoints, IReadOnlyList<EpochMetrics> history, int keep)
    {
        var saved = checkpoints.Where(checkpoint => checkpoint.EpochEnd).ToLookup(checkpoint => checkpoint.Epoch);
        var best = Best(saved.Select(known => RowOf(history, known.Key)).OfType<EpochMetrics>())?.Epoch;
        var kept = checkpoints.TakeLast(keep).Append(best is { } epoch ? saved[epoch].Last() : null).ToHashSet();
        return [.. checkpoints.Where(checkpoint => !kept.Contains(checkpoint)).Select(checkpoint => checkpoint.Name)];
    }
}
