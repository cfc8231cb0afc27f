using Convoy.Cli.Progress;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using static System.FormattableString;

namespace Convoy.Cli.Jobs;

/// <summary>A job in words.</summary>
static class JobText
{
    /// <summary>How it stands, then an epoch a line.</summary>
    public static IEnumerable<string> Lines(JobView view) => [.. Summary(view), .. view.History.Select(row => ProgressText.Epoch(row, view.Epochs))];

    /// <summary>How it stands.</summary>
    public static IEnumerable<string> Summary(JobView view)
    {
        yield return $"job        {view.JobId} ({view.Name})";
        yield return $"status     {view.Phase.ToString().ToLowerInvariant()}{(view.Why is { } why ? $": {why}" : "")}";
        if (view.Warning is { } warning) yield return $"warning    {warning}";
        yield return Invariant($"step       {view.Step:N0} of {view.TotalSteps:N0}");
        yield return Invariant($"world      {view.WorldSize} (generation {view.Generation})");
        if (view.Priority != JobPriority.Default) yield return Invariant($"priority   {view.Priority}");
        foreach (var line in view.LeftOut ?? []) yield return $"left out   {line}";
        yield return $"run folder {view.Folder}";
        if (view.Test is { } test) yield return Invariant($"test       accuracy {test.Accuracy:F4}  loss {test.Loss:F4}  ({test.Samples:N0} samples)");
    }
}
