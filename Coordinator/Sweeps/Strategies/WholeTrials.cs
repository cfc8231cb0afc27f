namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>Every trial trains to the end: grid and random search, TPE.</summary>
/// <param name="sampler">Who chooses the trials.</param>
/// <param name="epochs">Of a whole trial.</param>
public sealed class WholeTrials(ISampler sampler, int epochs) : IStrategy
{
    /// <inheritdoc/>
    public Proposal Ask(Trials trials) => sampler.Sample(trials) is { } values ? new StartTrial(values, epochs) : Finish.OnceAllRest(trials, "all trials are done");

    /// <inheritdoc/>
    public string? Decide(Trials trials, Trial trial) => null;
}
