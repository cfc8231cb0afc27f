using Convoy.Cli.Progress;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using static System.FormattableString;

namespace Convoy.Cli.Sweeps;

/// <summary>Sweeps and their trials in words.</summary>
static class SweepText
{
    /// <summary>How it stands, then its leaders.</summary>
    public static IEnumerable<string> Lines(SweepView view)
    {
        yield return $"sweep      {view.SweepId} ({view.Name})";
        yield return $"status     {Word(view.Phase)}{(view.Why is { } why ? $": {why}" : "")}";
        yield return $"trials     {Counts(view.Counts)}";
        yield return $"spent      {Spent(view)}{(Left(view) is { Length: > 0 } left ? $"; left: {left}" : "")}";
        if (view.Priority != JobPriority.Default) yield return Invariant($"priority   {view.Priority}");
        yield return $"folder     {view.Folder}";
        foreach (var (index, trial) in view.Leaders.Index()) yield return $"{(index == 0 ? "best" : ""),-11}{Trial(trial, view.Metric)}";
    }

    /// <summary><c>18: 2 running, 9 paused, 3 completed, 4 stopped</c></summary>
    public static string Counts(TrialCounts counts)
    {
        var parts = new[] { (counts.Running, "running"), (counts.Paused, "paused"), (counts.Completed, "completed"), (counts.Stopped, "stopped"), (counts.Failed, "failed") }
            .Where(part => part.Item1 > 0).Select(part => $"{part.Item1} {part.Item2}");
        return $"{counts.All}{(counts.All > 0 ? ": " : "")}{string.Join(", ", parts)}";
    }

    /// <summary><c>trial 7  val_acc 0.9921 at epoch 3  completed  filters=32, layers=3</c></summary>
    public static string Trial(TrialView trial, string metric) =>
        Invariant($"trial {trial.Number}  {metric} {Objective(trial)}{(trial.BestEpoch is { } epoch ? Invariant($" at epoch {epoch}") : "")}  {Word(trial.Phase)}  {Settings(trial)}");

    /// <summary><c>filters=32, layers=3</c></summary>
    public static string Settings(TrialView trial) => string.Join(", ", trial.Settings.Select(setting => $"{setting.Name}={setting.Value}"));

    /// <summary><c>0.9921</c>; a dash before the first epoch.</summary>
    public static string Objective(TrialView trial) => trial.Objective is { } value ? Invariant($"{value:F4}") : "-";

    /// <summary><c>18 trials, 60 epochs, 5:12</c></summary>
    public static string Spent(SweepView view) =>
        Invariant($"{Count(view.Spent.Trials ?? 0, "trial")}, {Epochs(view)}, {Clock(view.Spent.Seconds ?? 0)}");

    /// <summary><c>60 epochs</c></summary>
    public static string Epochs(SweepView view) => Count(view.Spent.Epochs ?? 0, "epoch");

    /// <summary>What the budget leaves: <c>6 trials, 12 epochs, 2:30</c>; empty without a budget.</summary>
    public static string Left(SweepView view)
    {
        var parts = new List<string>();
        if (view.Limits.Trials is { } trials) parts.Add(Count(Math.Max(0, trials - view.Spent.Trials ?? 0), "trial"));
        if (view.Limits.Epochs is { } epochs) parts.Add(Count(Math.Max(0, epochs - view.Spent.Epochs ?? 0), "epoch"));
        if (view.Limits.Seconds is { } seconds) parts.Add(Clock(Math.Max(0, seconds - view.Spent.Seconds ?? 0)));
        return string.Join(", ", parts);
    }

    /// <summary>A phase as it is written.</summary>
    public static string Word<TPhase>(TPhase phase) where TPhase : struct, Enum => phase.ToString().ToLowerInvariant();

    static string Clock(double seconds) => ProgressText.Clock(TimeSpan.FromSeconds(seconds));

    static string Count(long number, string what) => Invariant($"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
