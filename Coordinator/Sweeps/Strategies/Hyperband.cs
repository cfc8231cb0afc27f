using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Hyperband (Li et al. 2018): brackets of successive halving, from many short trials to few whole ones, again and again. A rung is judged when all
/// its trials rest; meanwhile free places begin the next bracket.</summary>
/// <param name="sampler">Who chooses the trials.</param>
/// <param name="min">Epochs of the shortest trials.</param>
/// <param name="max">Epochs of a whole trial.</param>
/// <param name="reduction">Eta.</param>
public sealed class Hyperband(ISampler sampler, int min, int max, int reduction) : IStrategy
{
    /// <summary>A bracket: its trials and rungs.</summary>
    /// <param name="Trials">How many begin.</param>
    /// <param name="Rungs">Epochs by rung, rising; the last is a whole trial's.</param>
    public sealed record Plan(int Trials, IReadOnlyList<int> Rungs);

    /// <summary>The brackets of one round, the one with most trials first.</summary>
    public static IReadOnlyList<Plan> Brackets(int min, int max, int reduction)
    {
        var most = Asha.Rungs(min, max, reduction).Count - 1;
        // As many rungs as still begin with min epochs or more.
        while (most > 0 && max / Math.Pow(reduction, most) < min) most--;
        return [.. Enumerable.Range(0, most + 1).Select(bracket => Bracket(most - bracket, most, max, reduction))];
    }

    static Plan Bracket(int halvings, int most, int max, int reduction) => new(
        (int)Math.Ceiling((most + 1.0) / (halvings + 1) * Math.Pow(reduction, halvings)),
        [.. Enumerable.Range(0, halvings + 1).Select(rung => (int)Math.Round(max / Math.Pow(reduction, halvings - rung)))]);

    readonly IReadOnlyList<Plan> _plans = Brackets(min, max, reduction);

    /// <inheritdoc/>
    public Proposal Ask(Trials trials)
    {
        var brackets = trials.All.ToLookup(trial => trial.Bracket);
        for (var bracket = 0; ; bracket++)
        {
            var plan = _plans[bracket % _plans.Count];
            List<Trial> members = [.. brackets[bracket]];
            var open = members.Count < plan.Trials;
            if (open && sampler.Sample(trials) is { } values) return new StartTrial(values, plan.Rungs[0], bracket);
            if (Promote(members, plan) is { } next) return next;
            if (open) return Finish.OnceAllRest(trials, "all trials are done, none is to go up a rung");
        }
    }

    /// <inheritdoc/>
    public string? Decide(Trials trials, Trial trial) => null;

    // At least one of a bracket goes all the way, however few it has, unless none has a score.
    ContinueTrial? Promote(List<Trial> members, Plan plan)
    {
        for (var rung = 0; rung < plan.Rungs.Count - 1; rung++)
        {
            var epochs = plan.Rungs[rung];
            List<Trial> entered = [.. members.Where(trial => trial.Until >= epochs)];
            if (entered.Exists(trial => trial.Phase == TrialPhase.Running && trial.Until == epochs)) return null;
            var best = entered.Where(trial => trial.Epochs >= epochs).OrderByDescending(trial => trial.BestBy(epochs)).Take(Math.Max(1, entered.Count / reduction));
            if (best.FirstOrDefault(trial => trial.Phase == TrialPhase.Paused && trial.Epochs == epochs && trial.HasScore) is { } next) return new(next.Number, plan.Rungs[rung + 1]);
        }
        return null;
    }
}
