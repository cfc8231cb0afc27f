using Convoy.Coordinator.Sweeps;
using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Protocol;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

public sealed class AshaTests
{
    static readonly IReadOnlyList<int> Rungs = Asha.Rungs(1, 9, 3);

    sealed class Numbers(int most) : ISampler
    {
        public Assignment? Sample(Trials trials) => trials.Count < most ? new([new("n", $"{trials.Count}")]) : null;
    }

    static Trial Trial(int number, TrialPhase phase, int until, params double[] scores) => new(number, new([new("n", $"{number}")]), 0, until, phase, [.. scores]);

    static Trials Of(params Trial[] trials) => new() { All = [.. trials] };

    static Proposal Ask(Trials trials, int most = 100) => new Asha(new Numbers(most), Rungs, 3).Ask(trials);

    [Theory]
    [InlineData(1, 9, 3, "1 3 9")]
    [InlineData(1, 10, 3, "1 3 9 10")]
    [InlineData(2, 6, 4, "2 6")]
    [InlineData(1, 100_000, 100, "1 100 10000 100000")]
    public void Rungs_multiply_up_to_a_whole_trial(int min, int max, int reduction, string rungs) =>
        Assert.Equal(rungs, string.Join(' ', Asha.Rungs(min, max, reduction)));

    [Fact]
    public void A_trial_begins_at_the_bottom() => Assert.Equal(new StartTrial(new([new("n", "0")]), Until: 1), Ask(Trials.None));

    [Fact]
    public void The_best_third_of_a_rung_goes_up_and_no_more()
    {
        var three = Of(Trial(0, TrialPhase.Paused, 1, 0.1), Trial(1, TrialPhase.Paused, 1, 0.9), Trial(2, TrialPhase.Paused, 1, 0.5));

        Assert.Equal(new ContinueTrial(1, 3), Ask(three));
        Assert.IsType<StartTrial>(Ask(three.Continued(1, 3)));
        Assert.IsType<StartTrial>(Ask(Of([.. three.All.Take(2)])));
    }

    [Fact]
    public void A_third_that_grew_lets_an_earlier_trial_go_up()
    {
        var trials = Of([.. Enumerable.Range(0, 6).Select(i => Trial(i, TrialPhase.Paused, 1, i / 10.0))]).Continued(5, 3);

        Assert.Equal(new ContinueTrial(4, 3), Ask(trials));
    }

    [Fact]
    public void The_highest_rung_is_looked_at_first()
    {
        var trials = Of([.. Enumerable.Range(0, 9).Select(i => Trial(i, TrialPhase.Paused, 1, i / 10.0)),
            .. Enumerable.Range(9, 3).Select(i => Trial(i, TrialPhase.Paused, 3, 0.9, 0.9, i / 20.0))]);

        Assert.Equal(new ContinueTrial(9, 9), Ask(trials));
    }

    [Fact]
    public void What_counts_at_a_rung_is_the_best_up_to_it()
    {
        var trials = Of(Trial(0, TrialPhase.Completed, 9, 0.2, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9), Trial(1, TrialPhase.Paused, 1, 0.3), Trial(2, TrialPhase.Paused, 1, 0.1));

        Assert.Equal(new ContinueTrial(1, 3), Ask(trials));
    }

    [Fact]
    public void Ended_trials_keep_their_rank_and_do_not_go_up()
    {
        var trials = Of(Trial(0, TrialPhase.Failed, 3, 0.9), Trial(1, TrialPhase.Paused, 1, 0.5), Trial(2, TrialPhase.Stopped, 1, 0.1));

        Assert.IsType<StartTrial>(Ask(trials));
    }

    [Fact]
    public void At_the_end_the_best_goes_on_alone_to_the_top()
    {
        var trials = Of(Trial(0, TrialPhase.Paused, 1, 0.1), Trial(1, TrialPhase.Paused, 1, 0.2));
        Assert.IsType<Wait>(Ask(trials.Continued(0, 1), most: 2));

        Assert.Equal(new ContinueTrial(1, 3), Ask(trials, most: 2));
        trials = trials.Continued(1, 3).Reported(1, 0.2).Reported(1, 0.2).Ended(1, TrialPhase.Paused);
        Assert.Equal(new ContinueTrial(1, 9), Ask(trials, most: 2));
        trials = Enumerable.Range(0, 6).Aggregate(trials.Continued(1, 9), (state, _) => state.Reported(1, 0.3)).Ended(1, TrialPhase.Completed);
        Assert.IsType<Finish>(Ask(trials, most: 2));
    }

    [Fact]
    public void Few_trials_train_long()
    {
        var simulation = new Simulation(new Asha(new Numbers(81), Rungs, 3), 9, (values, epoch) => values.Number("n") * 37 % 81 + epoch / 100.0) { Places = 4 };
        simulation.Run();

        Assert.Equal(81, simulation.Trials.Count);
        Assert.InRange(simulation.Trials.All.Count(trial => trial.Epochs >= 3), 27, 60);
        Assert.InRange(simulation.Trials.All.Count(trial => trial.Epochs == 9), 9, 30);
        Assert.Equal(80.09, simulation.Best, 1e-9);
    }
}
