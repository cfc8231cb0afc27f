using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Golovin et al.'s rule (Google Vizier, 2017) on top of any strategy: a trial ends when its best so far is worse than the median of what others that
/// came as far had on average up to there.</summary>
/// <param name="inner">The strategy.</param>
/// <param name="graceEpochs">Epochs that every trial may train.</param>
/// <param name="minTrials">Trials to compare with.</param>
public sealed class MedianStopping(IStrategy inner, int graceEpochs, int minTrials) : IStrategy
{
    /// <inheritdoc/>
    public Proposal Ask(Trials trials) => inner.Ask(trials);

    /// <inheritdoc/>
    public string? Decide(Trials trials, Trial trial) => inner.Decide(trials, trial) ?? (trial.Epochs > graceEpochs ? Worse(trials, trial) : null);

    string? Worse(Trials trials, Trial trial)
    {
        List<double> others = [.. trials.All
            .Where(other => other.Phase is TrialPhase.Paused or TrialPhase.Completed or TrialPhase.Stopped && other.Epochs >= trial.Epochs)
            .Select(other => other.Scores.Take(trial.Epochs).Average())
            .Order()];
        return others.Count >= minTrials && trial.Best < Median(others) ? $"worse than the median of {others.Count} trial{(others.Count == 1 ? "" : "s")} after epoch {trial.Epochs}" : null;
    }

    static double Median(List<double> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
}
