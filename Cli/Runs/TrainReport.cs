using Convoy.Cli.CommandLine;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Runs;

/// <summary>What the user can do after a run.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="Shown">The same as the user would write it.</param>
/// <param name="Next">Commands for a run that is complete.</param>
/// <param name="GoOn">The command that goes on with one that is not.</param>
sealed record NextSteps(string Folder, string Shown, IReadOnlyList<string> Next, string GoOn);

/// <summary>Says how a run ended, in words or as JSON, and gives the exit code.</summary>
sealed class TrainReport(CliHost host, int seed, NextSteps next)
{
    public int Write(JobView end, bool json)
    {
        if (json)
            Json.Write(host.Out, Document(end));
        return end.Phase switch
        {
            JobPhase.Completed => Completed(end, json),
            JobPhase.Paused => Paused(end),
            JobPhase.Cancelled => throw new JobException("the job was cancelled"),
            _ => throw new JobException(end.Why ?? "the job failed"),
        };
    }

    int Completed(JobView end, bool json)
    {
        if (json)
            return ExitCode.Done;
        host.Out.WriteLine();
        if (end.Test is { } test)
            host.Out.WriteLine(FormattableString.Invariant($"test accuracy  {test.Accuracy:F4}  loss {test.Loss:F4}  ({test.Samples:N0} samples)"));
        if (Selected(end) is { Validation: { } held } best)
            host.Out.WriteLine(FormattableString.Invariant($"best epoch     {best.Epoch}  val_loss {held.Loss:F4}  val_acc {held.Accuracy:F4}"));
        host.Out.WriteLine($"run folder     {next.Shown}");
        foreach (var (index, command) in next.Next.Index())
            host.Out.WriteLine($"{(index == 0 ? "next" : ""),-15}{command}");
        return ExitCode.Done;
    }

    int Paused(JobView end)
    {
        host.Error.WriteLine(end.Step > 0
            ? FormattableString.Invariant($"paused at step {end.Step:N0}; go on with: {next.GoOn}")
            : "interrupted before the first step; nothing was kept");
        return ExitCode.Interrupted;
    }

    static EpochMetrics? Selected(JobView end) => end.History.FirstOrDefault(row => row.Epoch == end.BestEpoch);

    object Document(JobView end)
    {
        var (test, validation) = (end.Test, Selected(end)?.Validation);
        return new
        {
            Job = end.JobId,
            end.Name,
            Status = end.Phase.ToString().ToLowerInvariant(),
            next.Folder,
            Error = end.Phase == JobPhase.Failed ? end.Why : null,
            Test = test,
            Validation = validation,
            end.BestEpoch,
            Epochs = end.History.Count,
            end.WorldSize,
            Steps = end.Step,
            Seconds = Math.Round(end.History.Sum(row => row.Seconds), 3),
            Seed = seed,
            History = end.History.Select(Row),
        };
    }

    // The columns of history.csv.
    static object Row(EpochMetrics row) => new
    {
        row.Epoch,
        row.Train.Loss,
        Acc = row.Train.Accuracy,
        ValLoss = row.Validation?.Loss,
        ValAcc = row.Validation?.Accuracy,
        row.Seconds,
        row.ImagesPerSecond,
    };
}
