using System.Collections.Immutable;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Sweeps;

/// <summary>States of a trial.</summary>
public enum TrialPhase
{
    /// <summary>Trains, or waits to, up to an epoch.</summary>
    Running,
    /// <summary>Has come to that epoch; may be asked to go on.</summary>
    Paused,
    /// <summary>Trained to the end.</summary>
    Completed,
    /// <summary>Ended early, its result kept.</summary>
    Stopped,
    /// <summary>Ended by an error.</summary>
    Failed,
}

/// <summary>A trial as strategies see it.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Values">Its parameters.</param>
/// <param name="Bracket">Which of its strategy's brackets it belongs to.</param>
/// <param name="Until">The epoch it may train to.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Scores">The objective after every epoch, turned so that more is better; minus infinity where it was no number.</param>
public sealed record Trial(int Number, Assignment Values, int Bracket, int Until, TrialPhase Phase, ImmutableList<double> Scores)
{
    /// <summary>Epochs it has trained.</summary>
    public int Epochs => Scores.Count;
    /// <summary>Whether it has reported anything.</summary>
    public bool HasScore => Scores.Count > 0;
    /// <summary>The best of all its epochs; minus infinity before the first.</summary>
    public double Best => BestBy(Epochs);

    /// <summary>The best of its first epochs.</summary>
    public double BestBy(int epoch) => Scores.Take(epoch).DefaultIfEmpty(double.NegativeInfinity).Max();

    /// <summary>Epochs that it has trained or is about to.</summary>
    public int Committed => Phase == TrialPhase.Running ? Math.Max(Until, Epochs) : Epochs;
}

/// <summary>All trials of a sweep: what strategies decide on. A fold of what happened.</summary>
public sealed record Trials
{
    /// <summary>Before the first.</summary>
    public static readonly Trials None = new();

    /// <summary>By number.</summary>
    public ImmutableList<Trial> All { get; init; } = [];
    /// <summary>What has been tried.</summary>
    public ImmutableHashSet<Assignment> Known { get; init; } = [];

    /// <summary>How many there are.</summary>
    public int Count => All.Count;
    /// <summary>Whether any trains.</summary>
    public bool AnyRunning => All.Exists(trial => trial.Phase == TrialPhase.Running);
    /// <summary>A trial.</summary>
    public Trial this[int number] => All[number];

    /// <summary>With a new trial.</summary>
    public Trials Started(Assignment values, int until, int bracket) => this with
    {
        All = All.Add(new Trial(Count, values, bracket, until, TrialPhase.Running, [])),
        Known = Known.Add(values),
    };

    /// <summary>With a paused trial that goes on.</summary>
    public Trials Continued(int trial, int until) => With(All[trial] with { Phase = TrialPhase.Running, Until = until });

    /// <summary>With one more epoch of a trial.</summary>
    /// <param name="trial">Which.</param>
    /// <param name="score">Its objective, more is better.</param>
    public Trials Reported(int trial, double score) =>
        With(All[trial] with { Scores = All[trial].Scores.Add(double.IsFinite(score) ? score : double.NegativeInfinity) });

    /// <summary>With a trial that rests or has ended.</summary>
    public Trials Ended(int trial, TrialPhase phase) => With(All[trial] with { Phase = phase });

    Trials With(Trial trial) => this with { All = All.SetItem(trial.Number, trial) };
}
