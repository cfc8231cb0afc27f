using Convoy.Cli.CommandLine;
using Convoy.Coordinator.Sweeps;
using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;
using static System.FormattableString;

namespace Convoy.Cli.Sweeps;

/// <summary>What a sweep would do, found by playing it through with trials that all do equally well and never fail.</summary>
/// <param name="Begun">How many it would begin.</param>
/// <param name="Epochs">Of all of them together.</param>
/// <param name="WholeTrials">Trials that would train to the end.</param>
/// <param name="WholeEpochs">Epochs of a whole trial.</param>
/// <param name="IsCut">Whether it would go on, for as long as this was played.</param>
/// <param name="First">The parameters of the first.</param>
sealed record SweepDryRun(int Begun, long Epochs, int WholeTrials, int WholeEpochs, bool IsCut, IReadOnlyList<Assignment> First)
{
    const int MostTrials = 1000, Shown = 5;

    /// <summary>Plays a sweep through.</summary>
    public static SweepDryRun Of(SweepSpec sweep)
    {
        var (strategy, specs) = (StrategyFactory.Of(sweep), new TrialSpecs(sweep));
        var (trials, whole) = (Trials.None, specs.Base().Epochs);
        while (trials.Count < MostTrials && Played(strategy.Ask(trials), trials, specs, whole) is { } next) trials = next;
        return new(trials.Count, trials.All.Sum(trial => (long)trial.Epochs), trials.All.Count(trial => trial.Epochs == whole), whole, trials.Count >= MostTrials, [.. trials.All.Take(Shown).Select(trial => trial.Values)]);
    }

    static Trials? Played(Proposal proposal, Trials trials, TrialSpecs specs, int whole) => proposal switch
    {
        StartTrial start => Trained(trials.Started(start.Values, specs.Key(start.Values)!, start.Until, start.Bracket), trials.Count, start.Until, whole),
        ContinueTrial next => Trained(trials.Continued(next.Trial, next.Until), next.Trial, next.Until, whole),
        _ => null,
    };

    static Trials Trained(Trials trials, int trial, int until, int whole)
    {
        while (trials[trial].Epochs < until) trials = trials.Reported(trial, 0);
        return trials.Ended(trial, until == whole ? TrialPhase.Completed : TrialPhase.Paused);
    }

    /// <summary>Says it.</summary>
    public int Write(CliHost host, SweepSpec sweep, bool json)
    {
        if (json) Json.Write(host.Out, new { sweep.Name, Trials = Begun, Epochs, WholeTrials, WholeEpochs, IsCut, First = First.Select(values => values.Settings.ToDictionary(setting => setting.Name, setting => setting.Value)) });
        else foreach (var line in Lines(sweep)) host.Out.WriteLine(line);
        return ExitCode.Done;
    }

    IEnumerable<string> Lines(SweepSpec sweep)
    {
        yield return Invariant($"{sweep.Name}: {sweep.Strategy.Kind.ToString().ToLowerInvariant()} over {string.Join(", ", sweep.Space.Keys)}; {sweep.Parallel} at a time");
        yield return Invariant($"trials     {(IsCut ? "more than " : "")}{Begun:N0}, {WholeTrials:N0} of them to the end ({WholeEpochs:N0} epochs)");
        yield return Invariant($"cost       {(IsCut ? "more than " : "about ")}{Epochs:N0} epochs; {(double)Epochs / WholeEpochs:0.#} times a whole training{(sweep.Budget.WallTime is { } seconds ? Invariant($", at most {seconds:0} s") : "")}");
        yield return "           epochs are counted, not seconds: how long one takes depends on the trial, and shows as soon as the sweep runs";
        foreach (var (index, values) in First.Index()) yield return $"{(index == 0 ? "first" : ""),-11}trial {index}: {values}";
    }
}
