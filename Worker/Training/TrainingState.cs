using System.Text.Json;
using Convoy.Shared.Protocol;

namespace Convoy.Worker.Training;

/// <summary>Where a run stands, beside its tensors: all that a resumed run needs to go on as if nothing had happened.</summary>
public sealed record TrainingState
{
    /// <summary>Steps done in all.</summary>
    public long Step { get; init; }
    /// <summary>The stage that the tensors belong to, from 0.</summary>
    public int Stage { get; init; }
    /// <summary>Sums over the samples of the epoch under way.</summary>
    public Sums Epoch { get; init; }
    /// <summary>Whether the running statistics have been averaged over the world, as the epoch's end begins with.</summary>
    public bool IsAveraged { get; init; }
    /// <summary>The losses of the latest steps.</summary>
    public RecentLoss Recent { get; init; }
    /// <summary>Seconds spent in the epoch under way, before this process.</summary>
    public double EpochSeconds { get; init; }
    /// <summary>What this generation has done of the epoch under way, for the ledger.</summary>
    public Stretch Stretch { get; init; }
    /// <summary>What was done before: with <see cref="Stretch"/> all steps that made these weights, told again when a world starts as well.</summary>
    public IReadOnlyList<Stretch> Stretches { get; init; } = [];
    /// <summary>The epochs done, told again when a world starts, since the job may not have heard.</summary>
    public IReadOnlyList<EpochMetrics> History { get; init; } = [];
    /// <summary>The epoch whose weights are best so far; null before the first.</summary>
    public BestEpoch? Best { get; init; }
    /// <summary>The digest of the data that it trains on; null in checkpoints of earlier versions.</summary>
    public string? Data { get; init; }
    /// <summary>The epochs and steps that were done when it went over to this data: those before have another number of steps.</summary>
    public Origin Origin { get; init; }

    /// <summary>On this data: where that is not what it trained on, the epoch under way is begun anew with all that has been learnt.</summary>
    public TrainingState On(string data) => Data is null || Data == data
        ? this with { Data = data }
        : WithStretchClosed() with { Data = data, Origin = new Origin(History.Count, Step), Epoch = default, EpochSeconds = 0 };

    /// <summary>Where the next stretch begins: in another epoch or another generation.</summary>
    public TrainingState WithStretchClosed() => Stretch.Count == 0 ? this : this with { Stretches = [.. Stretches, Stretch], Stretch = default };

    /// <summary>As it stands in a checkpoint's metadata.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);
    /// <summary>Back from a checkpoint's metadata.</summary>
    public static TrainingState FromJson(string json) => JsonSerializer.Deserialize<TrainingState>(json) ?? throw new FormatException("no training state");
}

/// <summary>Where a training went over to other data.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Step">Steps done.</param>
public readonly record struct Origin(int Epoch, long Step)
{
    /// <summary>The steps that are done when an epoch is, as if all had had as many as those from here on.</summary>
    public long StepAfter(int epoch, int stepsPerEpoch) => Step + (long)(epoch - Epoch) * stepsPerEpoch;

    /// <summary>The epochs that are done when a step is.</summary>
    public int EpochsDone(long step, int stepsPerEpoch) => Epoch + (int)((step - Step) / stepsPerEpoch);

    /// <summary>Steps done of the epoch under way.</summary>
    public int StepsOfEpoch(long step, int stepsPerEpoch) => (int)((step - Step) % stepsPerEpoch);
}

/// <summary>Where a step stands.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="EpochStep">From 0, within the epoch.</param>
/// <param name="Step">From 1, over the run.</param>
/// <param name="StageStep">From 1, within the stage.</param>
public readonly record struct StepPlace(int Epoch, int EpochStep, long Step, long StageStep);

/// <summary>Consecutive steps of an epoch and the samples counted in them.</summary>
/// <param name="Generation">Of the world that made them.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="First">From 0, within the epoch.</param>
/// <param name="Count">Number of steps.</param>
/// <param name="Samples">Samples, as the world summed them.</param>
public readonly record struct Stretch(int Generation, int Epoch, int First, int Count, long Samples);

/// <summary>Loss, right answers and samples, summed.</summary>
public readonly record struct Sums(double Loss, double Correct, double Samples)
{
    /// <summary>Both together.</summary>
    public static Sums operator +(Sums one, Sums other) => new(one.Loss + other.Loss, one.Correct + other.Correct, one.Samples + other.Samples);
    /// <summary>Per sample.</summary>
    public Metrics ToMetrics() => new(Loss / Math.Max(Samples, 1), Correct / Math.Max(Samples, 1), (long)Samples);
}

/// <summary>An epoch and its validation.</summary>
public sealed record BestEpoch(int Epoch, long Step, double Accuracy, double Loss)
{
    /// <summary>The better of what was best and an epoch just done: higher accuracy, then lower loss; without validation, the later.</summary>
    public static BestEpoch Of(BestEpoch? best, int epoch, long step, Metrics? validation)
    {
        var candidate = new BestEpoch(epoch, step, validation?.Accuracy ?? 0, validation?.Loss ?? 0);
        if (best is null || validation is null) return candidate;
        return (candidate.Accuracy, -candidate.Loss).CompareTo((best.Accuracy, -best.Loss)) > 0 ? candidate : best;
    }
}
