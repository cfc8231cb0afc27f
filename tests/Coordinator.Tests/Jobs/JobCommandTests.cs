using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class JobCommandTests
{
    [Fact]
    public void A_submitted_job_queues_and_asks_for_its_slots()
    {
        var job = Scenario.Submitted();
        Assert.Equal(JobPhase.Queued, job.State.Phase);
        Assert.Equal(new AskForSlots(1, 2), job.Effect<AskForSlots>());
        Assert.True(job.IsAccepted);
    }

    [Fact]
    public void The_same_job_submitted_again_is_accepted_and_changes_nothing()
    {
        var job = Scenario.Running().Then(new Submission(new SubmitJob("a", "spec", "/runs/a"), Scenario.Plan));
        Assert.True(job.IsAccepted);
        Assert.Empty(job.Last.Events);
        Assert.False(job.Wants<AskForSlots>());
    }

    [Fact]
    public void Another_spec_under_the_same_id_is_refused() =>
        Assert.Contains("another spec", Scenario.Running().Then(new Submission(new SubmitJob("a", "other", "/runs/a"), Scenario.Plan)).Refusal);

    [Fact]
    public void A_job_that_was_never_submitted_refuses_commands_and_ignores_the_rest()
    {
        foreach (IJobMessage command in new IJobMessage[] { new GetJob("a"), new PauseJob("a"), new ResumeJob("a"), new CancelJob("a") })
            Assert.Equal("there is no job 'a'", new Scenario().Then(command).Refusal);
        foreach (IJobMessage news in new IJobMessage[] { Scenario.Granted(), new SlotsLost("a", "w0"), Scenario.Ready(1, 0) })
            Assert.True(new Scenario().Then(news).DidNothing);
    }

    [Fact]
    public void Why_a_job_waits_is_seen_from_outside_until_it_runs()
    {
        var job = Scenario.Submitted().Then(new SlotsPending("a", "needs 1 slot, 0 free of 4"));
        Assert.Equal("needs 1 slot, 0 free of 4", job.State.View().Why);
        Assert.Null(job.Then(Scenario.Granted()).State.View().Why);
    }

    [Fact]
    public void Pausing_a_running_job_tells_every_worker_once()
    {
        var job = Scenario.Submitted().Then(new SlotsGranted("a", [Scenario.Slot("w0"), Scenario.Slot("w0"), Scenario.Slot("w1")]));
        job.Then(new PauseJob("a"));
        Assert.Equal(JobPhase.Pausing, job.State.Phase);
        Assert.Equal(StopMode.Pause, job.Effect<StopReplicas>().Mode);
        Assert.Equal(["w0", "w1"], job.Effect<StopReplicas>().Workers.Select(slot => slot.WorkerId));
        Assert.False(job.Then(new PauseJob("a")).Wants<StopReplicas>());
        Assert.True(job.IsAccepted);
    }

    [Fact]
    public void Pausing_a_queued_job_gives_its_request_back()
    {
        var job = Scenario.Submitted().Then(new PauseJob("a"));
        Assert.Equal(JobPhase.Paused, job.State.Phase);
        Assert.True(job.Wants<GiveSlotsBack>());
    }

    [Fact]
    public void A_job_has_paused_when_every_rank_has()
    {
        var job = Scenario.Saved().Then(new PauseJob("a")).Then(new ReplicaPaused("a", 1, 1, 12));
        Assert.Equal(JobPhase.Pausing, job.State.Phase);
        job.Then(Scenario.Checkpoint(1, 12, 1, end: false)).Then(new ReplicaPaused("a", 1, 0, 12));
        Assert.Equal(JobPhase.Paused, job.State.Phase);
        Assert.True(job.Wants<GiveSlotsBack>());
        Assert.Equal(12, job.State.View().Step);
        Assert.True(job.Then(new PauseJob("a")).IsAccepted);
    }

    [Fact]
    public void Replicas_that_finish_while_pausing_complete_the_job() =>
        Assert.Equal(JobPhase.Completed, Scenario.Saved().Then(new PauseJob("a")).ThenEach(2, rank => Scenario.Finished(1, rank)).State.Phase);

    [Fact]
    public void Replicas_that_become_ready_while_pausing_do_not_make_it_run_again()
    {
        var job = Scenario.Formed().Then(new PauseJob("a")).ThenEach(2, rank => Scenario.Ready(1, rank));
        Assert.Equal(JobPhase.Pausing, job.State.Phase);
        Assert.Equal(10, job.State.StepsPerEpoch);
    }

    [Fact]
    public void A_resumed_job_starts_at_its_last_checkpoint()
    {
        var job = Scenario.Paused().Then(new ResumeJob("a"));
        Assert.Equal(JobPhase.Queued, job.State.Phase);
        Assert.True(job.Wants<AskForSlots>());
        Assert.Equal(Scenario.Name(10), job.Then(Scenario.Granted()).Effect<StartReplicas>().Checkpoint);
        Assert.Equal(2, job.State.Generation);
    }

    [Fact]
    public void A_failed_job_may_be_resumed() =>
        Assert.Equal(JobPhase.Queued, Scenario.Saved().Then(Scenario.Failed(1, fatal: true)).Then(new ResumeJob("a")).State.Phase);

    [Fact]
    public void A_job_that_pauses_cannot_be_resumed_yet() =>
        Assert.Contains("still pausing", Scenario.Running().Then(new PauseJob("a")).Then(new ResumeJob("a")).Refusal);

    [Fact]
    public void A_cancelled_job_stops_its_world_and_is_over()
    {
        var job = Scenario.Running().Then(new CancelJob("a"));
        Assert.Equal(JobPhase.Cancelled, job.State.Phase);
        Assert.Equal(StopMode.Abort, job.Effect<StopReplicas>().Mode);
        Assert.True(job.Wants<GiveSlotsBack>());
        Assert.True(job.Then(new CancelJob("a")).IsAccepted);
        Assert.Contains("cancelled", job.Then(new ResumeJob("a")).Refusal);
        Assert.Contains("cancelled", job.Then(new PauseJob("a")).Refusal);
    }

    [Fact]
    public void A_completed_job_cannot_be_cancelled() => Assert.Contains("completed", Scenario.Completed().Then(new CancelJob("a")).Refusal);

    [Fact]
    public void Slots_granted_after_a_pause_go_back() => Assert.True(Scenario.Submitted().Then(new PauseJob("a")).Then(Scenario.Granted()).Wants<GiveSlotsBack>());

    [Fact]
    public void A_completed_job_whose_folder_cannot_be_written_has_failed()
    {
        var job = Scenario.Completed().Then(new FolderFailed("disk full"));
        Assert.Equal((JobPhase.Failed, "disk full"), (job.State.Phase, job.State.View().Why));
        Assert.True(job.Then(new FolderFailed("disk full")).DidNothing);
    }
}
