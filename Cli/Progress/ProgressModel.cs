using Convoy.Shared.Protocol;

namespace Convoy.Cli.Progress;

/// <summary>Where a run stands: a fold over its news, without clock or terminal.</summary>
public sealed record ProgressModel
{
    /// <summary>Samples in one step of the whole world.</summary>
    public required int BatchSize { get; init; }
    /// <summary>The latest view; null before the first.</summary>
    public JobView? Job { get; init; }
    /// <summary>The latest step heard of; null before the first of this process.</summary>
    public StepProgress? Step { get; init; }

    /// <summary>How far a frozen base has come with the pictures, before the next step; null where none is under way.</summary>
    public FeatureProgress? Features { get; init; }

    /// <summary>Steps in an epoch; 0 before they are known.</summary>
    public int StepsPerEpoch => Step?.StepsPerEpoch ?? (Job is { Epochs: > 0 } ? (int)(Job.TotalSteps / Job.Epochs) : 0);

    /// <summary>Epochs in all.</summary>
    public int Epochs => Job?.Epochs ?? 0;

    /// <summary>Whether training has begun in this process.</summary>
    public bool HasBegun => Step is not null || Job is { Phase: JobPhase.Running or JobPhase.Completed };

    /// <summary>Whether the latest step belongs to an epoch that is not done yet.</summary>
    public bool IsWithinEpoch => Step is { } step && Job is { } view && step.Epoch > view.History.Count;

    /// <summary>The model after a message; news of a world that is no more changes nothing.</summary>
    public ProgressModel With(IWire message) => message switch
    {
        JobView view => this with { Job = view },
        StepProgress step when step.Generation >= (Step?.Generation ?? Job?.Generation ?? 0) => this with { Step = step, Features = null },
        FeatureProgress features when features.Generation >= (Job?.Generation ?? 0) => this with { Features = features },
        _ => this,
    };

    /// <summary>Time left by the recent speed, validation as long as it has taken; null while it cannot be said.</summary>
    public TimeSpan? Left()
    {
        if (Step is not { ImagesPerSecond: > 0 } step || Job is null)
            return null;
        var steps = Math.Max(0, Job.TotalSteps - step.Step);
        var validations = Math.Max(0, Epochs - Job.History.Count);
        var seconds = steps * BatchSize / step.ImagesPerSecond + validations * SecondsPerValidation(Job.History);
        return double.IsFinite(seconds) && seconds < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : null;
    }

    static double SecondsPerValidation(IReadOnlyList<EpochMetrics> history) => history
        .Where(row => row.ImagesPerSecond > 0)
        .Select(row => Math.Max(0, row.Seconds - row.Train.Samples / row.ImagesPerSecond))
        .DefaultIfEmpty(0)
        .Average();
}
