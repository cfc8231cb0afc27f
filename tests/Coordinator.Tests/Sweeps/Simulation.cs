using Convoy.Coordinator.Sweeps;
using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

/// <summary>A sweep without a cluster: trials whose scores are a function, reported in an order drawn from a seed.</summary>
sealed class Simulation(IStrategy strategy, int epochs, Func<Assignment, int, double> score)
{
    /// <summary>Trials at a time.</summary>
    public int Places { get; init; } = 3;
    /// <summary>Decides who reports next.</summary>
    public int Seed { get; init; } = 1;
    /// <summary>Probability that a trial fails in an epoch.</summary>
    public double Failures { get; init; }
    /// <summary>Proposals after which it ends, whatever the strategy says.</summary>
    public int Most { get; init; } = 2_000;

    /// <summary>A score with which it ends; null for none.</summary>
    public double? Reach { get; init; }

    /// <summary>What happened so far.</summary>
    public Trials Trials { get; private set; } = Trials.None;
    /// <summary>Every question asked, with its answer: a <see cref="Proposal"/>, or a verdict on a trial.</summary>
    public List<(Trials Before, int? Trial, object? Answer)> Answers { get; } = [];
    /// <summary>Epochs trained.</summary>
    public int Epochs { get; private set; }
    /// <summary>Called after every epoch.</summary>
    public Action<Simulation>? AfterEpoch { get; init; }

    public double Best => Trials.All.Max(trial => trial.Best);

    /// <summary>Runs it to its end; the reason it gives.</summary>
    public string Run()
    {
        var random = SeededRandom.Of("simulation", Seed);
        while (Answers.Count < Most)
        {
            if (Fill() is { } end) return end.Why;
            List<Trial> running = [.. Trials.All.Where(trial => trial.Phase == TrialPhase.Running)];
            Assert.NotEmpty(running);
            Advance(running[random.NextInt(running.Count)], fails: random.NextBool(Failures));
            if (Best >= Reach) return "reached";
        }
        throw new InvalidOperationException($"no end after {Most} answers");
    }

    Finish? Fill()
    {
        while (Trials.All.Count(trial => trial.Phase == TrialPhase.Running) < Places)
        {
            var proposal = strategy.Ask(Trials);
            Answers.Add((Trials, null, proposal));
            if (proposal is Wait) return null;
            if (proposal is Finish end) return end;
            Take(proposal);
        }
        return null;
    }

    void Take(Proposal proposal)
    {
        if (proposal is StartTrial start)
        {
            Assert.InRange(start.Until, 1, epochs);
            Trials = Trials.Started(start.Values, start.Values.ToString(), start.Until, start.Bracket);
            return;
        }
        var next = Assert.IsType<ContinueTrial>(proposal);
        Assert.Equal(TrialPhase.Paused, Trials[next.Trial].Phase);
        Assert.InRange(next.Until, Trials[next.Trial].Epochs + 1, epochs);
        Trials = Trials.Continued(next.Trial, next.Until);
    }

    void Advance(Trial trial, bool fails)
    {
        if (fails)
        {
            Trials = Trials.Ended(trial.Number, TrialPhase.Failed);
            return;
        }
        Epochs++;
        Trials = Trials.Reported(trial.Number, score(trial.Values, trial.Epochs + 1));
        trial = Trials[trial.Number];
        if (trial.Epochs == trial.Until)
        {
            Trials = Trials.Ended(trial.Number, trial.Epochs == epochs ? TrialPhase.Completed : TrialPhase.Paused);
        }
        else
        {
            var verdict = strategy.Decide(Trials, trial);
            Answers.Add((Trials, trial.Number, verdict));
            if (verdict is not null) Trials = Trials.Ended(trial.Number, TrialPhase.Stopped);
        }
        AfterEpoch?.Invoke(this);
    }
}
