using Convoy.Coordinator.Sweeps;
using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Protocol;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

public sealed class HyperbandTests
{
    sealed class Numbers(int most) : ISampler
    {
        public Assignment? Sample(Trials trials) => trials.Count < most ? new([new("n", $"{trials.Count}")]) : null;
    }

    static Simulation Run(int trials, int places = 1, int max = 9, int reduction = 3)
    {
        var simulation = new Simulation(new Hyperband(new Numbers(trials), 1, max, reduction), max, (values, epoch) => values.Number("n") + epoch / 100.0) { Places = places };
        simulation.Run();
        return simulation;
    }

    [Fact]
    public void Brackets_are_the_papers() => Assert.Equal(
        ["81: 1 3 9 27 81", "34: 3 9 27 81", "15: 9 27 81", "8: 27 81", "5: 81"],
        Hyperband.Brackets(1, 81, 3).Select(plan => $"{plan.Trials}: {string.Join(' ', plan.Rungs)}"));

    [Theory]
    [InlineData(1, 5, 3, "3: 2 5, 2: 5")]
    [InlineData(2, 9, 3, "3: 3 9, 2: 9")]
    [InlineData(1, 6, 2, "4: 2 3 6, 3: 3 6, 3: 6")]
    [InlineData(8, 9, 3, "1: 9")]
    public void Odd_numbers_of_epochs_do_too(int min, int max, int reduction, string brackets) =>
        Assert.Equal(brackets, string.Join(", ", Hyperband.Brackets(min, max, reduction).Select(plan => $"{plan.Trials}: {string.Join(' ', plan.Rungs)}")));

    [Fact]
    public void One_round_trains_what_its_brackets_say()
    {
        var trials = Run(17).Trials;

        // 9: 1 3 9, 5: 3 9, 3: 9, the best of each bracket the longest.
        Assert.Equal([9, 5, 3], trials.All.GroupBy(trial => trial.Bracket).Select(bracket => bracket.Count()));
        Assert.Equal([1, 1, 1, 1, 1, 1, 3, 3, 9, 3, 3, 3, 3, 9, 9, 9, 9], trials.All.Select(trial => trial.Epochs));
    }

    [Fact]
    public void A_rung_is_judged_when_all_its_trials_rest_and_free_places_begin_the_next_bracket()
    {
        var strategy = new Hyperband(new Numbers(100), 1, 9, 3);
        var trials = Enumerable.Range(0, 9).Aggregate(Trials.None, (state, i) => state.Started(new([new("n", $"{i}")]), $"{i}", 1, 0));
        trials = Enumerable.Range(0, 8).Aggregate(trials, (state, i) => state.Reported(i, i).Ended(i, TrialPhase.Paused));

        Assert.Equal(new StartTrial(new([new("n", "9")]), Until: 3, Bracket: 1), strategy.Ask(trials));
        Assert.Equal(new ContinueTrial(8, 3), strategy.Ask(trials.Reported(8, 8).Ended(8, TrialPhase.Paused)));
        Assert.Equal(new ContinueTrial(7, 3), strategy.Ask(trials.Ended(8, TrialPhase.Failed)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(11)]
    [InlineData(40)]
    public void A_round_cut_short_still_trains_its_best_to_the_end(int trials)
    {
        foreach (var places in new[] { 1, 4 })
        {
            var done = Run(trials, places).Trials;
            Assert.Equal(trials, done.Count);
            Assert.All(done.All.GroupBy(trial => trial.Bracket), bracket => Assert.Contains(bracket, trial => trial.Epochs == 9));
        }
    }
}
