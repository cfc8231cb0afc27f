using Convoy.Shared.Protocol;
using Convoy.Shared.Sweeps;
using MessagePack;

namespace Convoy.Coordinator.Sweeps;

/// <summary>A trial of a sweep.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Values">Its parameters.</param>
/// <param name="Bracket">Which of its strategy's brackets it belongs to.</param>
/// <param name="Until">The epoch it may train to.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Scores">The objective after every epoch, turned so that more is better; minus infinity where it was no number.</param>
[MessagePackObject]
public sealed record Trial(
    [property: Key(0)] int Number,
    [property: Key(1)] Assignment Values,
    [property: Key(2)] int Bracket,
    [property: Key(3)] int Until,
    [property: Key(4)] TrialPhase Phase,
    [property: Key(5)] IReadOnlyList<double> Scores)
{
    /// <summary>What its training spec is recognised by.</summary>
    [Key(6)] public string Key { get; init; } = "";
    /// <summary>Of training and validation.</summary>
    [Key(7)] public double Seconds { get; init; }
    /// <summary>The same times the replicas.</summary>
    [Key(8)] public double DeviceSeconds { get; init; }
    /// <summary>Why it ended; null where it did not, or as planned.</summary>
    [Key(9)] public string? Why { get; init; }
    /// <summary>Its model on the test split.</summary>
    [Key(10)] public Metrics? Test { get; init; }
    /// <summary>Whether its job does nothing any more, nor ever will.</summary>
    [Key(11)] public bool IsClosed { get; init; }

    /// <summary>Epochs it has trained.</summary>
    [IgnoreMember] public int Epochs => Scores.Count;
    /// <summary>Whether it has reported a number.</summary>
    [IgnoreMember] public bool HasScore => HasScoreBy(Epochs);
    /// <summary>The best of all its epochs; minus infinity before the first.</summary>
    [IgnoreMember] public double Best => BestBy(Epochs);
    /// <summary>Epochs that it has trained or is about to.</summary>
    [IgnoreMember] public int Committed => Phase == TrialPhase.Running ? Math.Max(Until, Epochs) : Epochs;

    /// <summary>Whether one of its first epochs gave a number.</summary>
    public bool HasScoreBy(int epoch) => !double.IsNegativeInfinity(BestBy(epoch));

    /// <summary>The best of its first epochs.</summary>
    public double BestBy(int epoch) => Scores.Take(epoch).DefaultIfEmpty(double.NegativeInfinity).Max();
}

/// <summary>All trials of a sweep: what strategies decide on. A fold of what happened.</summary>
[MessagePackObject]
public sealed record Trials
{
    /// <summary>Before the first.</summary>
    public static readonly Trials None = new();

    HashSet<string>? _known;
    HashSet<Assignment>? _had;

    /// <summary>By number.</summary>
    [Key(0)] public IReadOnlyList<Trial> All { get; init; } = [];

    /// <summary>How many there are.</summary>
    [IgnoreMember] public int Count => All.Count;
    /// <summary>How many train.</summary>
    [IgnoreMember] public int Running => All.Count(trial => trial.Phase == TrialPhase.Running);
    /// <summary>A trial.</summary>
    [IgnoreMember] public Trial this[int number] => All[number];

    /// <summary>Whether there is a trial of this key.</summary>
    public bool Knows(string key) => (_known ??= [.. All.Select(trial => trial.Key)]).Contains(key);

    /// <summary>Whether there is a trial of these parameters.</summary>
    public bool Has(Assignment values) => (_had ??= [.. All.Select(trial => trial.Values)]).Contains(values);

    /// <summary>With a new trial.</summary>
    public Trials Started(Assignment values, string key, int until, int bracket) =>
        new() { All = [.. All, new Trial(Count, values, bracket, until, TrialPhase.Running, []) { Key = key }] };

    /// <summary>With a paused trial that goes on.</summary>
    public Trials Continued(int trial, int until) => With(All[trial] with { Phase = TrialPhase.Running, Until = until });

    /// <summary>With one more epoch of a trial.</summary>
    /// <param name="trial">Which.</param>
    /// <param name="score">Its objective, more is better.</param>
    public Trials Reported(int trial, double score) =>
        With(All[trial] with { Scores = [.. All[trial].Scores, double.IsFinite(score) ? score : double.NegativeInfinity] });

    /// <summary>With a trial that rests or has ended.</summary>
    public Trials Ended(int trial, TrialPhase phase) => With(All[trial] with { Phase = phase });

    /// <summary>With a trial as it is now.</summary>
    public Trials With(Trial trial)
    {
        Trial[] all = [.. All];
        all[trial.Number] = trial;
        return new Trials { All = all, _known = _known, _had = _had };
    }
}
