using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Jobs;

/// <summary>Which epoch is best and which checkpoints may go.</summary>
public static class Retention
{
    /// <summary>Highest validation accuracy, then lowest validation loss, then the earliest; the last epoch where nothing is validated; null without epochs.</summary>
    public static EpochMetrics? Best(IReadOnlyList<EpochMetrics> history) =>
        history.Where(epoch => epoch.Validation is not null)
            .OrderByDescending(epoch => epoch.Validation!.Accuracy)
            .ThenBy(epoch => epoch.Validation!.Loss)
            .ThenBy(epoch => epoch.Epoch)
            .FirstOrDefault() ?? history.LastOrDefault();

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
        var best = Best([.. history.Where(epoch => saved.Contains(epoch.Epoch))])?.Epoch;
        var kept = checkpoints.TakeLast(keep).Append(best is { } epoch ? saved[epoch].Last() : null).ToHashSet();
        return [.. checkpoints.Where(checkpoint => !kept.Contains(checkpoint)).Select(checkpoint => checkpoint.Name)];
    }
}
