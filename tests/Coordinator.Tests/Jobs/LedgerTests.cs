using Convoy.Coordinator.Jobs;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class LedgerTests
{
    // 95 samples in batches of 10: ten steps, the last one short.
    static readonly SampleOrder Order = new(95, 10, seed: 3);

    [Fact]
    public void An_undisturbed_run_is_clean()
    {
        var report = Audit(2, Start(1, 0), Counted(1, 1, 0, 10), Counted(1, 2, 0, 10));
        Assert.True(report.Clean);
        Assert.Equal([(95, 10), (95, 10)], report.Epochs.Select(epoch => (epoch.SamplesOnce, epoch.StepsOnce)));
        Assert.EndsWith("clean: every sample was counted exactly once in each epoch\n", AuditText.Render(report));
    }

    [Fact]
    public void Worlds_that_hand_over_within_an_epoch_are_clean()
    {
        var report = Audit(1, Start(1, 0), Counted(1, 1, 0, 4), Start(2, 4), Counted(2, 1, 4, 6));
        Assert.True(report.Clean);
        Assert.Equal([1, 2], Assert.Single(report.Epochs).Generations);
        Assert.StartsWith("epoch 1: 95 of 95 samples once, in 10 of 10 steps (generations 1, 2)\n", AuditText.Render(report));
    }

    [Fact]
    public void What_a_world_did_beyond_the_start_of_the_next_is_void() =>
        Assert.True(Audit(1, Start(1, 0), Counted(1, 1, 0, 8), Start(2, 5), Counted(2, 1, 5, 5)).Clean);

    [Fact]
    public void A_whole_epoch_may_be_void() =>
        Assert.True(Audit(2, Start(1, 0), Counted(1, 1, 0, 10), Counted(1, 2, 0, 10), Counted(1, 3, 0, 2), Start(2, 10), Counted(2, 2, 0, 10)).Clean);

    [Fact]
    public void A_step_nobody_counted_is_missing()
    {
        var report = Audit(1, Start(1, 0), Counted(1, 1, 0, 4), Start(2, 5), Counted(2, 1, 5, 5));
        var epoch = Assert.Single(report.Epochs);
        Assert.False(report.Clean);
        Assert.Equal([new StepRange(4, 1)], epoch.Missing);
        Assert.Equal((85, 0, 10), (epoch.SamplesOnce, epoch.SamplesDoubled, epoch.SamplesMissing));
        Assert.Contains("10 samples not counted: steps 5\n", AuditText.Render(report));
        Assert.EndsWith("not clean: see epoch 1\n", AuditText.Render(report));
    }

    [Fact]
    public void A_step_counted_by_two_worlds_is_doubled()
    {
        var epoch = Assert.Single(Audit(1, Start(1, 0), Counted(1, 1, 0, 8), Start(2, 8), Counted(2, 1, 6, 4)).Epochs);
        Assert.Equal([new StepRange(6, 2)], epoch.Doubled);
        Assert.Equal((75, 20, 0), (epoch.SamplesOnce, epoch.SamplesDoubled, epoch.SamplesMissing));
    }

    [Fact]
    public void A_world_that_counted_other_samples_than_its_steps_have_is_found_out() =>
        Assert.Equal([new StepRange(0, 10)], Assert.Single(Audit(1, Start(1, 0), Counted(1, 1, 0, 10, samples: 100)).Epochs).Miscounted);

    [Fact]
    public void A_stretch_beyond_the_epoch_is_found_out() =>
        Assert.False(Audit(1, Start(1, 0), Counted(1, 1, 0, 11, samples: 95)).Clean);

    [Fact]
    public void Steps_still_to_come_are_not_missing()
    {
        var report = Audit(1, Start(1, 0), Counted(1, 1, 0, 10), Counted(1, 2, 0, 3));
        Assert.True(report.Clean);
        Assert.Contains("epoch 2: 30 of 95 samples once, in 3 of 10 steps (generation 1), under way\n", AuditText.Render(report));
    }

    [Fact]
    public void A_completed_epoch_that_nobody_counted_is_missing() =>
        Assert.Equal(95, Assert.Single(Audit(1, Start(1, 0)).Epochs).SamplesMissing);

    [Fact]
    public void A_stretch_told_again_counts_once_at_its_longest() =>
        Assert.True(Audit(1, Start(1, 0), Counted(1, 1, 0, 4), Counted(1, 1, 0, 10), Counted(1, 1, 0, 7)).Clean);

    [Fact]
    public void Stretches_are_journalled_once_and_from_an_older_world_too()
    {
        var told = new StepsCommitted("a", 1, 1, 0, 7, 70);
        var job = Scenario.Running().Then(told);
        Assert.Equal(new StepsCounted(new Stretch(1, 1, 0, 7, 70)), Assert.Single(job.Last.Events));
        Assert.True(job.Then(told).DidNothing);
        job.Then(new SlotsLost("a", "w1")).Then(told with { Count = 8, Samples = 80 });
        Assert.Equal(8, Assert.Single(job.State.Ledger.Stretches).Count);
        Assert.True(job.Then(told with { Generation = 3 }).DidNothing);
        Assert.True(job.Then(told with { First = -1 }).DidNothing);
    }

    [Fact]
    public void Where_a_world_starts_is_journalled_once()
    {
        var job = Scenario.Formed().Then(Scenario.Ready(1, 0, step: 12));
        Assert.Equal(new WorldStarted(1, 12), Assert.Single(job.Last.Events.OfType<WorldStarted>()));
        Assert.Empty(job.Then(Scenario.Ready(1, 1, step: 12)).Last.Events.OfType<WorldStarted>());
    }

    [Fact]
    public void The_ledger_of_the_journal_is_the_states()
    {
        var job = Scenario.Running().Then(new StepsCommitted("a", 1, 1, 0, 7, 70));
        var read = Ledger.Of(job.Events);
        Assert.Equal((job.State.Ledger.Starts, job.State.Ledger.Stretches), (read.Starts, read.Stretches), (one, other) => one.Starts.SequenceEqual(other.Starts) && one.Stretches.SequenceEqual(other.Stretches));
    }

    [Fact]
    public void An_epoch_that_is_begun_anew_on_other_data_counts_on_that_alone_and_those_before_on_theirs()
    {
        // 95 samples to step 14, in the second epoch; from there on 25 in three steps.
        IReadOnlyList<AuditedData> data = [.. AuditedData.Only(Order, 95), new(new DataReplaced(2, 1, 14, 3, 25), new SampleOrder(25, 10, seed: 3))];
        Ledger Of(params IJobEvent[] journal) => Ledger.Of(journal);

        var report = Of(Start(1, 0), Counted(1, 1, 0, 10), Counted(1, 2, 0, 4), Start(2, 14), new StepsCounted(new Stretch(2, 2, 0, 3, 25)), Start(3, 17), new StepsCounted(new Stretch(3, 3, 0, 3, 25))).Audit("a", data, 3);

        Assert.True(report.Clean, AuditText.Render(report));
        Assert.StartsWith("epoch 1: 95 of 95 samples once, in 10 of 10 steps (generation 1)\nepoch 2: 25 of 25 samples once, in 3 of 3 steps (generation 2)\n", AuditText.Render(report));
        Assert.False(Of(Start(1, 0), Counted(1, 1, 0, 10), Start(2, 14), new StepsCounted(new Stretch(2, 2, 0, 2, 20))).Audit("a", data, 2).Clean);
    }

    static AuditReport Audit(int completed, params IJobEvent[] journal) => Ledger.Of(journal).Audit("a", AuditedData.Only(Order, 95), completed);

    static WorldStarted Start(int generation, long step) => new(generation, step);

    static StepsCounted Counted(int generation, int epoch, int first, int count, long? samples = null) =>
        new(new Stretch(generation, epoch, first, count, samples ?? Math.Min(95, (first + count) * 10) - first * 10));
}
