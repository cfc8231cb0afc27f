using Convoy.Cli.CommandLine;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using static System.FormattableString;

namespace Convoy.Cli.Sweeps;

/// <summary>Says how a sweep ended, in words or as JSON, and gives the exit code.</summary>
/// <param name="host">The world outside.</param>
/// <param name="seed">The sweep's.</param>
/// <param name="shown">Its folder as the user would write it.</param>
/// <param name="goOn">The command that goes on with it.</param>
sealed class SweepReport(CliHost host, int seed, string shown, string goOn)
{
    public int Write(SweepView end, IReadOnlyList<TrialView> trials, bool json)
    {
        if (json) Json.Write(host.Out, Document(end, trials, seed));
        return end.Phase switch
        {
            SweepPhase.Completed => Completed(end, json),
            SweepPhase.Paused => Paused(end),
            SweepPhase.Cancelled => throw new JobException("the sweep was cancelled; its results are in " + shown),
            _ => throw new JobException(end.Why ?? "the sweep failed"),
        };
    }

    int Completed(SweepView end, bool json)
    {
        if (json) return ExitCode.Done;
        host.Out.WriteLine();
        if (end.Best is { } best)
        {
            host.Out.WriteLine($"best           {SweepText.Trial(best, end.Metric)}");
            if (best.Test is { } test) host.Out.WriteLine(Invariant($"test accuracy  {test.Accuracy:F4}  loss {test.Loss:F4}  ({test.Samples:N0} samples)"));
        }
        host.Out.WriteLine($"trials         {SweepText.Counts(end.Counts)}; {SweepText.Spent(end)}{(end.Why is { } why ? $"; {why}" : "")}");
        host.Out.WriteLine($"sweep folder   {shown}");
        host.Out.WriteLine($"next           convoy train {Path.Combine(shown, "best.yaml")}");
        if (end.Best is not null) host.Out.WriteLine($"               convoy evaluate {Path.Combine(shown, "best")}");
        return ExitCode.Done;
    }

    int Paused(SweepView end)
    {
        host.Error.WriteLine($"paused after {SweepText.Spent(end)}; go on with: {goOn}");
        return ExitCode.Interrupted;
    }

    /// <summary>A sweep as a document.</summary>
    public static object Document(SweepView view, IReadOnlyList<TrialView> trials, int? seed = null) => new
    {
        Sweep = view.SweepId,
        view.Name,
        Status = SweepText.Word(view.Phase),
        view.Why,
        view.Folder,
        view.Priority,
        view.Metric,
        Best = view.Best is { } best ? Trial(best) : null,
        view.Counts,
        view.Spent,
        view.Limits,
        Seed = seed,
        Trials = trials.Select(Trial),
    };

    static object Trial(TrialView trial) => new
    {
        Trial = trial.Number,
        Job = trial.JobId,
        Status = SweepText.Word(trial.Phase),
        Settings = trial.Settings.ToDictionary(setting => setting.Name, setting => setting.Value),
        trial.Objective,
        trial.BestEpoch,
        trial.Epochs,
        trial.Seconds,
        trial.DeviceSeconds,
        trial.Why,
        trial.Test,
    };
}
