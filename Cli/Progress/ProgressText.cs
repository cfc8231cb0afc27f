using Convoy.Shared.Protocol;
using static System.FormattableString;

namespace Convoy.Cli.Progress;

/// <summary>Progress in words; the same on a terminal and in a file.</summary>
public static class ProgressText
{
    /// <summary><c>2 replicas, 312 steps an epoch, 5 epochs</c></summary>
    public static string Start(ProgressModel model) =>
        Invariant($"{Count(model.Job!.WorldSize, "replica")}, {Count(model.StepsPerEpoch, "step")} an epoch, {Count(model.Epochs, "epoch")}");

    /// <summary><c>resumed: 2 of 5 epochs done</c></summary>
    public static string Resumed(JobView view) => Invariant($"resumed at step {view.Step:N0}: {view.History.Count} of {Count(view.Epochs, "epoch")} done");

    /// <summary><c>epoch 2/5  step 130/938  1,930 images/s  loss 0.0812  acc 0.9745  eta 0:58</c></summary>
    public static string Step(ProgressModel model)
    {
        var step = model.Step!;
        var left = model.Left() is { } time ? $"  eta {Clock(time)}" : "";
        return Invariant($"epoch {step.Epoch}/{model.Epochs}  step {step.EpochStep}/{step.StepsPerEpoch}  {Speed(step)}  {Quality(step.Loss, step.Accuracy)}{left}");
    }

    /// <summary><c>features 512/3,000</c></summary>
    public static string Features(FeatureProgress features) => Invariant($"features {features.Done:N0}/{features.Total:N0}");

    // Where replicas wait longer for their batches, more augmenters or a larger cache would help.
    const double NotableWait = 0.05;

    /// <summary><c>epoch 2/5 done  loss 0.0812  acc 0.9745  val_loss 0.0611  val_acc 0.9812  12.3 s</c></summary>
    public static string Epoch(EpochMetrics row, int epochs)
    {
        var validation = row.Validation is { } held ? Invariant($"  val_loss {held.Loss:F4}  val_acc {held.Accuracy:F4}") : "";
        var wait = row.BatchWait > NotableWait ? Invariant($"  ({row.BatchWait:P0} of it waiting for batches)") : "";
        return Invariant($"epoch {row.Epoch}/{epochs} done  {Quality(row.Train.Loss, row.Train.Accuracy)}{validation}  {row.Seconds:F1} s{wait}");
    }

    /// <summary><c>1,930 images/s</c></summary>
    public static string Speed(StepProgress step) => Invariant($"{step.ImagesPerSecond:N0} images/s");

    /// <summary><c>loss 0.0812  acc 0.9745</c></summary>
    public static string Quality(double loss, double accuracy) => Invariant($"loss {loss:F4}  acc {accuracy:F4}");

    /// <summary><c>0:58</c>, <c>1:02:03</c></summary>
    public static string Clock(TimeSpan time)
    {
        var rounded = TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));
        return rounded.TotalHours >= 1 ? Invariant($"{(long)rounded.TotalHours}:{rounded:mm\\:ss}") : Invariant($"{rounded:m\\:ss}");
    }

    static string Count(long number, string what) => Invariant($"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
