using Convoy.Coordinator.Sweeps;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Sweeps;

public sealed class SweepLogicTests
{
    [Fact]
    public void A_sweep_begins_as_many_trials_as_it_may()
    {
        var sweep = new SweepScenario("parallel=3").Begin();

        Assert.Equal([0, 1, 2], sweep.Running);
        Assert.Equal(SweepPhase.Running, sweep.State.Phase);
        Assert.All(sweep.Last.Effects.OfType<TrainTrial>(), train => Assert.Equal((1, true), (train.Until, train.IsNew)));
        Assert.IsType<SweepAccepted>(Assert.IsType<BeginFolder>(sweep.Last.Effects[0]).Message);
    }

    [Fact]
    public void It_runs_to_its_end_with_its_best_trial_trained_whole()
    {
        var sweep = new SweepScenario("parallel=2").Run();

        Assert.Equal((SweepPhase.Completed, 8), (sweep.State.Phase, sweep.State.Trials.Count));
        var view = sweep.State.View(active: 60);
        Assert.Equal((TrialPhase.Completed, 4), (view.Best!.Phase, view.Best.Epochs));
        Assert.Equal(view.Leaders.Max(trial => trial.Objective), view.Best.Objective);
        Assert.Equal(new Metrics(0.1, 0.97, 20), view.Best.Test);
        Assert.Equal(sweep.Trained, view.Spent.Epochs);
        Assert.Equal((sweep.Trained * 4.0, 60), (view.Spent.DeviceSeconds, view.Spent.Seconds));
        Assert.Equal(0, view.Counts.Paused + view.Counts.Running);
        Assert.Equal(8, view.Counts.Completed + view.Counts.Stopped);
        Assert.Contains(view.Ended, trial => trial.Why == "was not to go on from epoch 1");
    }

    [Theory]
    [InlineData("strategy={kind: random}")]
    [InlineData("strategy={kind: grid, points: 2}")]
    [InlineData("strategy={kind: hyperband, reduction: 2}")]
    [InlineData("strategy={kind: tpe, startup: 3}")]
    [InlineData("strategy={kind: asha, sampler: tpe}")]
    public void Every_strategy_comes_to_an_end(string strategy) => Assert.Equal(8, new SweepScenario(strategy, "parallel=3").Run().State.Trials.Count);

    [Fact]
    public void A_trial_that_pauses_at_its_rung_goes_on_from_there()
    {
        var sweep = new SweepScenario("parallel=2").Begin();
        sweep.Then(sweep.Train(0));
        Assert.Equal(TrialPhase.Paused, sweep.State.Trials[0].Phase);

        sweep.Run();

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], sweep.Submitted.Order());
        Assert.Equal(sweep.State.Trials.All.Sum(trial => trial.Epochs), sweep.Trained);
    }

    [Fact]
    public void A_trial_that_the_rule_ends_gives_its_place_to_the_next()
    {
        var sweep = new SweepScenario("parallel=1", "strategy={kind: random}", "stopping={grace_epochs: 0, min_trials: 1}") { Accuracy = (values, epoch) => 0.01 * epoch - values.Number("optimizer.lr") }.Run();

        var stopped = sweep.State.Trials.All.Where(trial => trial.Phase == TrialPhase.Stopped).ToList();
        Assert.NotEmpty(stopped);
        Assert.All(stopped, trial => Assert.Matches("^worse than the median of [0-9] trials? after epoch [1-3]$", trial.Why));
        Assert.Equal(sweep.Trained, sweep.State.Trials.All.Sum(trial => trial.Epochs));
    }

    [Theory]
    [InlineData("strategy={kind: random}", "stopping={grace_epochs: 0, min_trials: 1}")]
    [InlineData("strategy={kind: asha, reduction: 2}")]
    public void A_trial_that_trains_no_more_is_let_go(params string[] overrides)
    {
        var sweep = new SweepScenario(["parallel=2", "budget.trials=24", .. overrides]) { Accuracy = (values, epoch) => 0.01 * epoch - values.Number("optimizer.lr") }.Begin();
        while (!sweep.State.HasEnded)
        {
            sweep.Then(sweep.Train(sweep.Running[0]));
            Assert.Equal(sweep.Running, sweep.Followed.Order());
        }
        Assert.Contains(sweep.State.Trials.All, trial => trial.Phase == TrialPhase.Stopped);
    }

    [Fact]
    public void A_trial_that_fails_is_recorded_and_the_sweep_goes_on()
    {
        var sweep = new SweepScenario("parallel=2").Begin();
        sweep.Then(sweep.News(0, JobPhase.Failed, "the loss is not a number at step 7"));
        Assert.Equal([1, 2], sweep.Running);

        sweep.Run();

        Assert.Equal((SweepPhase.Completed, 1, 8), (sweep.State.Phase, sweep.State.View(0).Counts.Failed, sweep.State.Trials.Count));
        Assert.Equal("the loss is not a number at step 7", sweep.State.Trials[0].Why);
    }

    [Fact]
    public void A_trial_whose_job_cannot_be_had_has_failed() =>
        Assert.Equal((TrialPhase.Failed, "exists with another spec"), new SweepScenario().Begin().Then(new TrialRefused(0, "exists with another spec")).State.Trials[0] is var trial ? (trial.Phase, trial.Why) : default);

    [Fact]
    public void A_sweep_none_of_whose_trials_trains_fails_and_says_why()
    {
        var sweep = new SweepScenario("budget.trials=2").Begin();
        for (var trial = 0; trial < 2; trial++) sweep.Then(sweep.News(trial, JobPhase.Failed, "no such folder"));

        Assert.Equal((SweepPhase.Failed, "no trial could be trained; trial 1: no such folder"), (sweep.State.Phase, sweep.State.Why));
    }

    [Fact]
    public void A_cancelled_sweep_ends_its_jobs_and_keeps_its_results()
    {
        var sweep = new SweepScenario("parallel=3").Begin();
        sweep.Then(sweep.Train(0));
        sweep.Then(new CancelSweep("s"));

        Assert.Empty(sweep.Running);
        Assert.Equal((SweepPhase.Cancelled, "cancelled by its user"), (sweep.State.Phase, sweep.State.Why));
        Assert.NotNull(sweep.State.View(0).Best!.Objective);
        Assert.Equal([0, 1, 2, 3], sweep.Journal.OfType<TrialClosed>().Select(closed => closed.Trial).Order());
        Assert.Contains("cannot be paused", Refusal(sweep.Then(new PauseSweep("s"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pause_waits_for_the_trials_to_save_and_a_resumed_sweep_goes_on_with_them()
    {
        var whole = new SweepScenario("parallel=2").Run();
        var sweep = new SweepScenario("parallel=2").Begin();
        sweep.Then(new PauseSweep("s"));
        Assert.Equal(SweepPhase.Pausing, sweep.State.Phase);
        sweep.Then(sweep.News(0));
        Assert.Equal(SweepPhase.Pausing, sweep.State.Phase);
        sweep.Then(sweep.News(1));
        Assert.Equal(SweepPhase.Paused, sweep.State.Phase);
        Assert.Empty(sweep.Running);

        sweep.Restart();
        Assert.Empty(sweep.Running);
        sweep.Then(new ResumeSweep("s"));

        Assert.Equal([0, 1], sweep.Running);
        Assert.Equal(whole.State.Trials.All.Select(trial => trial.Values), sweep.Run().State.Trials.All.Select(trial => trial.Values));
    }

    [Fact]
    public void A_trial_that_comes_to_its_rung_while_the_sweep_pauses_is_not_followed_by_another()
    {
        var sweep = new SweepScenario("parallel=2").Begin();
        var news = sweep.Train(0);
        sweep.Then(new PauseSweep("s")).Then(news).Then(sweep.News(1));

        Assert.Equal((SweepPhase.Paused, 2), (sweep.State.Phase, sweep.State.Trials.Count));
    }

    [Fact]
    public void When_the_time_is_up_it_ends_with_what_it_has()
    {
        var sweep = new SweepScenario("parallel=2", "budget={wall_time: 60}").Begin();
        Assert.Equal(TimeSpan.FromSeconds(60), Assert.Single(sweep.Last.Effects.OfType<WatchTheClock>()).After);
        sweep.Clock = 45;
        sweep.Then(sweep.Train(0)).Restart();
        Assert.Equal(TimeSpan.FromSeconds(15), Assert.Single(sweep.Last.Effects.OfType<WatchTheClock>()).After);
        sweep.Clock = 60;
        sweep.Then(new TimeIsUp());

        Assert.Equal((SweepPhase.Completed, "the time is up", 60), (sweep.State.Phase, sweep.State.Why, sweep.State.ActiveSeconds));
        Assert.Contains(sweep.State.Trials.All, trial => trial.Why == "the time is up");
    }

    [Fact]
    public void The_time_of_a_long_epoch_counts_though_the_process_is_killed_in_it()
    {
        var sweep = new SweepScenario("budget={wall_time: 600}") { Clock = 60 }.Begin();
        sweep.Then(new MinutePassed());
        Assert.Equal(new SweepRan(60), Assert.Single(sweep.Last.Events));

        sweep.Restart();

        Assert.Equal(TimeSpan.FromSeconds(540), Assert.Single(sweep.Last.Effects.OfType<WatchTheClock>()).After);
        sweep.Clock = 100;
        sweep.Then(sweep.Train(0));
        sweep.Clock = 120;
        Assert.Empty(sweep.Then(new MinutePassed()).Last.Events); // an epoch has told of it
    }

    [Fact]
    public void A_sweep_has_one_best_even_where_it_was_not_trained_to_the_end()
    {
        var sweep = new SweepScenario("parallel=2", "strategy={kind: random}", "budget={trials: 2, wall_time: 60}") { Accuracy = (values, epoch) => epoch == 1 ? 0.9 : 0.5 }.Begin();
        for (var epoch = 0; epoch < 4; epoch++) sweep.Then(sweep.Train(1));
        sweep.Then(sweep.Train(0));
        Assert.Equal([1, 0], sweep.State.View(0).Leaders.Select(trial => trial.Number)); // of equals the whole one

        var better = new SweepScenario("parallel=2", "strategy={kind: random}", "budget={trials: 2, wall_time: 60}") { Accuracy = (values, epoch) => 1 - values.Number("optimizer.lr") }.Begin();
        var (best, other) = better.State.Trials[0].Values.Number("optimizer.lr") < better.State.Trials[1].Values.Number("optimizer.lr") ? (0, 1) : (1, 0);
        for (var epoch = 0; epoch < 4; epoch++) better.Then(better.Train(other));
        better.Then(better.Train(best)).Then(new TimeIsUp());

        var view = better.State.View(60);
        Assert.Equal((best, best, TrialPhase.Stopped), (view.Best!.Number, view.Leaders[0].Number, view.Best.Phase));
    }

    [Fact]
    public void When_the_time_is_up_and_no_trial_has_a_score_it_has_failed()
    {
        var idle = new SweepScenario("parallel=2", "budget={wall_time: 60}").Begin().Then(new TimeIsUp());
        Assert.Equal((SweepPhase.Failed, "no trial has a score: the time is up"), (idle.State.Phase, idle.State.Why));

        var lost = new SweepScenario("parallel=1", "strategy={kind: random}", "budget={trials: 2}") { Accuracy = (_, _) => double.NaN }.Run();
        Assert.Equal((SweepPhase.Failed, "no trial has a score: all trials are done"), (lost.State.Phase, lost.State.Why));
    }

    [Fact]
    public void Several_epochs_told_at_once_are_judged_one_after_another()
    {
        SweepScenario Sweep() => new("parallel=1", "strategy={kind: random}", "stopping={grace_epochs: 0, min_trials: 1}") { Accuracy = (values, epoch) => 0.01 * epoch - values.Number("optimizer.lr") };
        var whole = Sweep().Run();
        var stopped = whole.State.Trials.All.First(trial => trial.Phase == TrialPhase.Stopped).Number;

        var deaf = Sweep().Begin();
        while (deaf.Running[0] < stopped) deaf.Then(deaf.Train(deaf.Running[0]));
        deaf.Train(stopped);
        deaf.Train(stopped);
        deaf.Then(deaf.News(stopped));

        Assert.Equal((TrialPhase.Stopped, 1), (deaf.State.Trials[stopped].Phase, deaf.State.Trials[stopped].Epochs));
    }

    [Fact]
    public void The_same_submission_again_changes_nothing_and_another_is_refused()
    {
        var sweep = new SweepScenario().Begin();
        Assert.Empty(sweep.Then(new SubmitSweep("s", sweep.State.Spec, "")).Last.Events);
        Assert.Contains("another spec", Refusal(sweep.Then(new SubmitSweep("s", "other", ""))), StringComparison.Ordinal);
    }

    [Fact]
    public void Fifty_kills_change_no_decision_and_lose_and_repeat_nothing()
    {
        foreach (var strategy in new[] { "{kind: asha, reduction: 2}", "{kind: tpe, startup: 3}", "{kind: hyperband, reduction: 2}" })
        {
            var whole = new SweepScenario($"strategy={strategy}", "budget.trials=24").Run();
            var kills = 0;
            for (var seed = 1; seed <= 5; seed++)
            {
                var killed = new SweepScenario($"strategy={strategy}", "budget.trials=24").Run(seed, kills: 0.3);
                kills += killed.Kills;
                Assert.Equal(whole.Journal.Where(IsDecision), killed.Journal.Where(IsDecision));
                Assert.Equal(whole.Trained, killed.Trained);
                Assert.Distinct(killed.Submitted);
            }
            Assert.InRange(kills, 50, 1000);
        }
    }

    [Fact]
    public void Kills_of_a_sweep_with_several_places_lose_and_repeat_nothing()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var killed = new SweepScenario("parallel=3", "budget.trials=12").Run(seed, kills: 0.3);
            Assert.Equal((SweepPhase.Completed, 12), (killed.State.Phase, killed.State.Trials.Count));
            Assert.Distinct(killed.Submitted);
            Assert.Equal(killed.Trained, killed.State.Trials.All.Sum(trial => trial.Epochs));
        }
    }

    static bool IsDecision(ISweepEvent change) => change is TrialStarted or TrialContinued or TrialStopped or SweepClosing;

    static string Refusal(SweepScenario sweep) => Assert.IsType<SweepRefused>(Assert.Single(sweep.Last.Effects.OfType<AnswerClient>()).Message).Reason;
}
