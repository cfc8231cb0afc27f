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

    /// <summary><c>trial 7 stopped after epoch 2: worse than the median of 5 trials</c></summary>
    public static string End(TrialView trial) => Invariant($"trial {trial.Number} {Word(trial.Phase)} after epoch {trial.Epochs}{(trial.Why is { } why ? $": {why}" : "")}");

    /// <summary><c>filters=32, layers=3</c></summary>
    public static string Settings(TrialView trial) => string.Join(", ", trial.Settings.Select(setting => $"{setting.Name}={setting.Value}"));

    /// <summary><c>0.9921</c>; a dash before the first epoch.</summary>
    public static string Objective(TrialView trial) => trial.Objective is { } value ? Invariant($"{value:F4}") : "-";

    /// <summary><c>60 epochs in 5:12   left: 6 trials to begin, about 1:40</c></summary>
    public static string Pace(SweepView view) => $"{Epochs(view)} in {Clock(view.Spent.Seconds ?? 0)}{(Left(view) is { Length: > 0 } left ? $"   left: {left}" : "")}";

    /// <summary><c>18 trials, 60 epochs, 5:12</c></summary>
    public static string Spent(SweepView view) =>
        Invariant($"{Count(view.Spent.Trials ?? 0, "trial")}, {Epochs(view)}, {Clock(view.Spent.Seconds ?? 0)}");

    /// <summary><c>60 epochs</c></summary>
    public static string Epochs(SweepView view) => Count(view.Spent.Epochs ?? 0, "epoch");

    /// <summary>What the budget leaves: <c>6 trials to begin, 12 epochs, at most 2:30</c>; empty where it leaves nothing, and without a budget.</summary>
    public static string Left(SweepView view)
    {
        var parts = new List<string>();
        if (view.HasEnded) return "";
        if (view.Limits.Trials - view.Spent.Trials is > 0 and var trials) parts.Add($"{Count(trials, "trial")} to begin");
        if (view.Limits.Epochs - view.Spent.Epochs is > 0 and var epochs) parts.Add(Count(epochs, "epoch"));
        if (view.Limits.Seconds is { } most) parts.Add($"at most {Clock(Math.Max(0, most - view.Spent.Seconds ?? 0))}");
        else if (SecondsLeft(view) is { } seconds) parts.Add($"about {Clock(seconds)}");
        return string.Join(", ", parts);
    }

    /// <summary>How long the budget lasts if trials go on as they did: as many epochs each, as many seconds an epoch. Null before the first epoch, and without a budget.</summary>
    static double? SecondsLeft(SweepView view)
    {
        if (view.Spent is not { Epochs: > 0 and var spent, Trials: > 0 and var begun, Seconds: { } seconds }) return null;
        // Of the epochs that train now a half is done, taken together.
        var done = spent + view.Running.Count / 2.0;
        var committed = spent + view.Running.Sum(trial => Math.Max(0, trial.Until - trial.Epochs));
        var whole = Math.Min(view.Limits.Epochs ?? double.PositiveInfinity, view.Limits.Trials is { } trials ? (double)committed * trials / begun : double.PositiveInfinity);
        return double.IsFinite(whole) ? Math.Max(0, whole - done) * seconds / done : null;
    }

    /// <summary>A phase as it is written.</summary>
    public static string Word<TPhase>(TPhase phase) where TPhase : struct, Enum => phase.ToString().ToLowerInvariant();

    static string Clock(double seconds) => ProgressText.Clock(TimeSpan.FromSeconds(seconds));

    static string Count(long number, string what) => Invariant($"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
