using System.Globalization;
using System.Text;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Artifacts;

/// <summary><c>steps.csv</c>: what steps within epochs came to, a row a point, numbers as every program reads them.</summary>
public static class StepsCsv
{
    /// <summary>The file's name in a run folder.</summary>
    public const string Name = "steps.csv";

    const string Header = "step,epoch,epoch_step,steps_per_epoch,generation,loss,acc,images_per_second,batch_wait,forward,backward,all_reduce,optimizer";

    /// <summary>The whole file.</summary>
    public static string Text(IReadOnlyList<StepProgress> steps)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var row in steps)
        {
            var seconds = row.StepSeconds;
            text.Append(CultureInfo.InvariantCulture, $"{row.Step},{row.Epoch},{row.EpochStep},{row.StepsPerEpoch},{row.Generation},{row.Loss:R},{row.Accuracy:R},{row.ImagesPerSecond:0.#},");
            text.Append(CultureInfo.InvariantCulture, $"{seconds.BatchWait:0.######},{seconds.Forward:0.######},{seconds.Backward:0.######},{seconds.AllReduce:0.######},{seconds.Optimizer:0.######}\n");
        }
        return text.ToString();
    }

    /// <summary>The steps of a run folder's file; none where there is no such file. Rows that are none are left out.</summary>
    public static IReadOnlyList<StepProgress> Read(string folder, string jobId)
    {
        var path = Path.Combine(folder, Name);
        return File.Exists(path) ? [.. File.ReadLines(path).Skip(1).Select(line => Row(line, jobId)).OfType<StepProgress>()] : [];
    }

    static StepProgress? Row(string line, string jobId)
    {
        var cells = line.Split(',');
        var numbers = cells.Select(cell => double.TryParse(cell, CultureInfo.InvariantCulture, out var number) ? number : (double?)null).OfType<double>().ToList();
        return numbers is [var step, var epoch, var epochStep, var stepsPerEpoch, var generation, var loss, var accuracy, var rate, var wait, var forward, var backward, var allReduce, var optimizer]
            ? new StepProgress(jobId, (int)generation, (int)epoch, (int)epochStep, (int)stepsPerEpoch, (long)step, loss, accuracy, rate, new StepSeconds(wait, forward, backward, allReduce, optimizer))
            : null;
    }
}
