using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Asynchronous successive halving (Li et al., A System for Massively Parallel Hyperparameter Tuning, 2020): a trial goes up a rung as soon as
/// it is among the best 1/eta of those that have reached its rung; else a new one begins at the bottom. When no more begin and none has
/// reached the top, the best goes on alone: a sweep ends with at least one whole trial. Whoever has no score goes nowhere.</summary>
/// <param name="sampler">Who chooses the trials.</param>
/// <param name="rungs">Epochs by rung, rising; the last is a whole trial's.</param>
/// <param name="reduction">Eta.</param>
public sealed class Asha(ISampler sampler, IReadOnlyList<int> rungs, int reduction) : IStrategy
{
    /// <summary>Epochs by rung: <paramref name="min"/>, eta times as many, ..., and at last <paramref name="max"/>.</summary>
    public static IReadOnlyList<int> Rungs(int min, int max, int reduction)
    {
        var rungs = new List<int>();
        for (long epochs = min; epochs < max; epochs *= reduction)
            rungs.Add((int)epochs);
        return [.. rungs, max];
    }

    /// <inheritdoc/>
    public Proposal Ask(Trials trials)
    {
        for (var rung = rungs.Count - 2; rung >= 0; rung--)
        {
            var ranked = Ranked(trials, rung);
            if (ranked.Take(ranked.Count / reduction).FirstOrDefault(trial => Rests(trial, rung)) is { } next)
                return new ContinueTrial(next.Number, rungs[rung + 1]);
        }
        return sampler.Sample(trials) is { } values ? new StartTrial(values, rungs[0])
            : trials.Running > 0 ? new Wait()
            : Last(trials);
    }

    /// <inheritdoc/>
    public string? Decide(Trials trials, Trial trial) => null;

    Proposal Last(Trials trials)
    {
        for (var rung = rungs.Count - 1; rung >= 0; rung--)
        {
            var ranked = Ranked(trials, rung);
            if (ranked.Count == 0) continue;
            if (rung < rungs.Count - 1 && ranked.FirstOrDefault(trial => Rests(trial, rung)) is { } best) return new ContinueTrial(best.Number, rungs[rung + 1]);
            break;
        }
        return new Finish("all trials are done, none is to go up a rung");
    }

    List<Trial> Ranked(Trials trials, int rung) =>
        [.. trials.All.Where(trial => trial.Epochs >= rungs[rung]).OrderByDescending(trial => trial.BestBy(rungs[rung]))];

    bool Rests(Trial trial, int rung) => trial.Phase == TrialPhase.Paused && trial.Epochs == rungs[rung] && trial.HasScore;
}
