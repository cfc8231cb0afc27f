namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>No more than so many epochs, those of all trials together.</summary>
/// <param name="inner">The strategy.</param>
/// <param name="most">How many.</param>
public sealed class EpochBudget(IStrategy inner, int most) : IStrategy
{
    /// <inheritdoc/>
    public Proposal Ask(Trials trials)
    {
        var proposal = inner.Ask(trials);
        return trials.All.Sum(trial => (long)trial.Committed) + Cost(proposal, trials) <= most
            ? proposal
            : Finish.OnceAllRest(trials, $"the budget of {most} epochs is used up");
    }

    /// <inheritdoc/>
    public string? Decide(Trials trials, Trial trial) => inner.Decide(trials, trial);

    static int Cost(Proposal proposal, Trials trials) => proposal switch
    {
        StartTrial start => start.Until,
        ContinueTrial next => next.Until - trials[next.Trial].Epochs,
        _ => 0,
    };
}
