using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class JobWorldTests
{
    [Fact]
    public void Granted_slots_form_a_world_of_one_rank_each()
    {
        var job = Scenario.Formed();
        Assert.Equal((JobPhase.Forming, 1, 2), (job.State.Phase, job.State.Generation, job.State.WorldSize));
        var start = job.Effect<StartReplicas>();
        Assert.Equal((1, null), (start.Generation, start.Checkpoint));
        Assert.Equal(["w0", "w1"], start.Slots.Select(slot => slot.WorkerId));
    }

    [Fact]
    public void A_job_runs_when_every_rank_is_ready()
    {
        var job = Scenario.Formed().Then(Scenario.Ready(1, 1)).Then(Scenario.Ready(1, 1));
        Assert.Equal(JobPhase.Forming, job.State.Phase);
        job.Then(Scenario.Ready(1, 0));
        Assert.Equal(JobPhase.Running, job.State.Phase);
        Assert.Equal(30, job.State.View().TotalSteps);
        Assert.Equal(["0", "1"], job.State.Classes);
    }

    [Fact]
    public void Progress_is_forwarded_and_not_journalled()
    {
        var progress = new StepProgress("a", 1, 1, 4, 10, 4, 0.5, 0.5, 100, default);
        var job = Scenario.Running().Then(progress);
        Assert.Equal(progress, job.Effect<ForwardProgress>().Progress);
        Assert.Empty(job.Last.Events.OfType<IJournalled>());
        Assert.Equal(4, job.State.View().Step);
    }

    [Fact]
    public void Reports_of_an_older_world_are_dropped()
    {
        var job = Scenario.Saved().Then(Scenario.Failed(1)).Then(Scenario.Granted()).ThenEach(2, rank => Scenario.Ready(2, rank));
        foreach (IReplicaReport stale in new IReplicaReport[]
        {
            Scenario.Ready(1, 0), Scenario.Checkpoint(1, 20, 2), Scenario.Epoch(1, 2, 0.9), Scenario.Finished(1, 0), Scenario.Failed(1, fatal: true),
            new ReplicaPaused("a", 1, 0, 20), new StepProgress("a", 1, 2, 1, 10, 11, 1, 1, 1, default),
        })
            Assert.True(job.Then(stale).DidNothing, stale.ToString());
    }

    [Fact]
    public void The_best_and_the_latest_checkpoint_are_kept()
    {
        var job = Scenario.Running();
        foreach (var (epoch, accuracy) in new[] { (1, 0.9), (2, 0.7) }) job.Then(Scenario.Checkpoint(1, epoch * 10, epoch)).Then(Scenario.Epoch(1, epoch, accuracy));
        Assert.Equal([Scenario.Name(10), Scenario.Name(20)], job.State.Checkpoints.Select(checkpoint => checkpoint.Name));
        job.Then(Scenario.Checkpoint(1, 30, 3));
        Assert.Equal([Scenario.Name(20)], job.Effect<DeleteCheckpoints>().Names);
        job.Then(Scenario.Epoch(1, 3, 0.95));
        Assert.Equal([Scenario.Name(10)], job.Effect<DeleteCheckpoints>().Names);
        Assert.Equal(3, job.State.View().BestEpoch);
    }

    [Fact]
    public void Equal_accuracies_are_told_apart_by_loss() =>
        Assert.Equal(2, Scenario.Running().Then(Scenario.Epoch(1, 1, 0.9, loss: 0.5)).Then(Scenario.Epoch(1, 2, 0.9, loss: 0.4)).Then(Scenario.Epoch(1, 3, 0.9, loss: 0.6)).State.View().BestEpoch);

    [Fact]
    public void Without_validation_the_last_epoch_is_the_best()
    {
        var history = Enumerable.Range(1, 3).Select(epoch => new EpochMetrics(epoch, new Metrics(1, 1.0 / epoch, 10), null, 1, 1)).ToList();
        Assert.Equal(3, Retention.Best(history)!.Epoch);
        Assert.Null(Retention.Best([]));
    }

    [Fact]
    public void The_model_of_a_training_that_ended_early_is_its_best_saved_epochs_or_its_last()
    {
        var history = new[] { 0.9, 0.7, 0.8, 0.95 }.Select((accuracy, index) => new EpochMetrics(index + 1, new Metrics(1, 0.5, 10), new Metrics(1, accuracy, 10), 1, 1)).ToList();
        Checkpoint[] saved = [.. new[] { 1, 2, 3 }.Select(epoch => new Checkpoint(Scenario.Name(epoch * 10), epoch * 10, epoch, "sha", 1, EpochEnd: true)), new(Scenario.Name(35), 35, 3, "sha", 1, EpochEnd: false)];

        Assert.Equal(Scenario.Name(10), Retention.Model(saved, history, Selection.Best)!.Name);
        Assert.Equal(Scenario.Name(30), Retention.Model(saved, history, Selection.Last)!.Name);
        Assert.Null(Retention.Model(saved[3..], history, Selection.Best));
    }

    [Fact]
    public void A_job_completes_when_every_rank_has_finished()
    {
        var job = Scenario.Saved().Then(Scenario.Finished(1, 1));
        Assert.Equal(JobPhase.Running, job.State.Phase);
        job.Then(Scenario.Finished(1, 0));
        Assert.Equal(JobPhase.Completed, job.State.Phase);
        Assert.Equal(new JobCompleted(new Metrics(0.1, 0.97, 20), Scenario.Name(10), 30, 2), job.State.Result);
        Assert.True(job.Wants<GiveSlotsBack>());
    }

    [Fact]
    public void A_fatal_error_fails_the_job_and_stops_the_others()
    {
        var job = Scenario.Running().Then(Scenario.Failed(1, fatal: true));
        Assert.Equal((JobPhase.Failed, "peer 1 is gone"), (job.State.Phase, job.State.View().Why));
        Assert.Equal(StopMode.Abort, job.Effect<StopReplicas>().Mode);
        Assert.True(job.Wants<GiveSlotsBack>());
    }

    [Fact]
    public void The_cause_heard_after_a_peers_complaint_still_fails_the_job() =>
        Assert.Equal(JobPhase.Failed, Scenario.Running().Then(Scenario.Failed(1)).Then(Scenario.Failed(1, fatal: true)).State.Phase);

    [Fact]
    public void A_failed_rank_means_a_new_world_from_the_last_checkpoint()
    {
        var job = Scenario.Saved().Then(Scenario.Failed(1));
        Assert.Equal(JobPhase.Queued, job.State.Phase);
        Assert.Equal(["w0", "w1"], job.Effect<StopReplicas>().Workers.Select(slot => slot.WorkerId));
        Assert.IsType<GiveSlotsBack>(job.Last.Effects[1]);
        Assert.IsType<AskForSlots>(job.Last.Effects[2]);
        var start = job.Then(Scenario.Granted(1)).Effect<StartReplicas>();
        Assert.Equal((2, Scenario.Name(10)), (start.Generation, start.Checkpoint));
        Assert.Equal(1, job.State.WorldSize);
    }

    [Fact]
    public void A_worker_of_another_job_is_no_loss() => Assert.True(Scenario.Running().Then(new SlotsLost("a", "w7")).DidNothing);

    [Fact]
    public void Two_ranks_that_fail_together_are_one_loss()
    {
        var job = Scenario.Running().Then(Scenario.Failed(1)).Then(Scenario.Failed(1));
        Assert.True(job.DidNothing);
        Assert.Equal(1, job.State.Restarts);
    }

    [Fact]
    public void The_sixth_loss_in_a_row_fails_the_job()
    {
        var job = Scenario.Running();
        for (var generation = 1; generation <= 5; generation++) job.Then(Scenario.Failed(generation)).Then(Scenario.Granted());
        Assert.Equal(JobPhase.Forming, job.State.Phase);
        job.Then(Scenario.Failed(6));
        Assert.Equal(JobPhase.Failed, job.State.Phase);
        Assert.Contains("peer 1 is gone", job.State.View().Why);
    }

    [Fact]
    public void A_checkpoint_in_between_starts_the_count_of_losses_anew()
    {
        var job = Scenario.Running();
        for (var generation = 1; generation <= 8; generation++)
            job.Then(Scenario.Checkpoint(generation, generation, 0, end: false)).Then(Scenario.Failed(generation)).Then(Scenario.Granted());
        Assert.Equal((JobPhase.Forming, 9), (job.State.Phase, job.State.Generation));
    }

    [Fact]
    public void A_damaged_checkpoint_gives_way_to_the_one_before()
    {
        var job = Scenario.Saved().Then(Scenario.Epoch(1, 2, 0.4)).Then(Scenario.Checkpoint(1, 25, 2, end: false));
        job.Then(Scenario.Failed(1)).Then(Scenario.Granted()).Then(Scenario.Failed(2, damaged: Scenario.Name(25)));
        Assert.Equal([typeof(CheckpointDiscarded), typeof(WorldLost)], job.Last.Events.Select(change => change.GetType()));
        Assert.Equal(Scenario.Name(10), job.Then(Scenario.Granted()).Effect<StartReplicas>().Checkpoint);
        job.ThenEach(2, rank => Scenario.Ready(3, rank, step: 10));
        Assert.Equal([1], job.State.History.Select(row => row.Epoch));
        Assert.Equal(10, job.State.View().Step);
    }

    [Fact]
    public void A_worker_lost_when_another_has_paused_already_pauses_the_job_at_the_last_checkpoint()
    {
        var job = Scenario.Saved().Then(new PauseJob("a")).Then(new ReplicaPaused("a", 1, 1, 12)).Then(new SlotsLost("a", "w0"));
        Assert.Equal(JobPhase.Paused, job.State.Phase);
        Assert.Equal(["w1"], job.Effect<StopReplicas>().Workers.Select(slot => slot.WorkerId));
        Assert.False(job.Wants<AskForSlots>());
    }

    [Fact]
    public void An_epoch_reported_twice_stands_once()
    {
        var job = Scenario.Saved().Then(Scenario.Epoch(1, 1, 0.5));
        Assert.True(job.DidNothing);
        Assert.Single(job.State.History);
    }
}
