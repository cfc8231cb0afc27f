using System.Globalization;
using System.Text;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Artifacts;

/// <summary><c>history.csv</c>: Keras' names of columns, one row an epoch, numbers as every program reads them.</summary>
public static class HistoryCsv
{
    /// <summary>The whole file; what was not validated is empty.</summary>
    public static string Text(IReadOnlyList<EpochMetrics> history) => "epoch,loss,acc,val_loss,val_acc,seconds,images_per_second,batch_wait\n" + Rows(history);

    /// <summary>Some of its rows.</summary>
    public static string Rows(IEnumerable<EpochMetrics> history)
    {
        var text = new StringBuilder();
        foreach (var row in history)
            text.Append(CultureInfo.InvariantCulture, $"{row.Epoch},{row.Train.Loss:R},{row.Train.Accuracy:R},{row.Validation?.Loss:R},{row.Validation?.Accuracy:R},{row.Seconds:0.###},{row.ImagesPerSecond:0.#},{row.BatchWait:0.####}\n");
        return text.ToString();
    }
}
