using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class RegroupTests
{
    static readonly JobPlan Wide = new("digits", MinWorld: 2, MaxWorld: 4, Epochs: 3, KeepCheckpoints: 1);

    [Fact]
    public void When_all_but_one_rank_tell_the_next_world_waits_only_for_a_last_word()
    {
        var job = Running(3).Then(Lost(1, 0));
        Assert.Equal(new RemindMe(new RegroupDue(1, int.MaxValue), JobLogic.Patience), job.Effect<RemindMe>());
        job.Then(Lost(1, 2));
        Assert.Equal(new RemindMe(new RegroupDue(1, 1), JobLogic.LastWord), job.Effect<RemindMe>());
        Assert.Equal(JobPhase.Running, job.State.Phase);
        job.Then(new RegroupDue(1, 1));
        Assert.Equal((2, JobPhase.Forming), (job.State.Generation, job.State.Phase));
        Assert.Equal(["w0", "w2"], Started(job));
    }

    [Fact]
    public void The_silent_worker_is_stopped_and_suspected_and_its_slot_given_back()
    {
        var job = Running(3).Then(Lost(1, 0)).Then(Lost(1, 2)).Then(new RegroupDue(1, 1));
        var stop = job.Effect<StopReplicas>();
        Assert.Equal((1, StopMode.Abort), (stop.Generation, stop.Mode));
        Assert.Equal(["w1"], stop.Workers.Select(slot => slot.WorkerId));
        Assert.Equal("w1", job.Effect<SuspectWorker>().WorkerId);
        Assert.Equal(["w0", "w2"], job.Effect<KeepSlots>().Workers);
        Assert.False(job.Wants<AskForSlots>());
    }

    [Fact]
    public void When_every_rank_tells_all_go_on_together_at_once()
    {
        var job = Running(3).ThenEach(3, rank => Lost(1, rank));
        Assert.Equal(["w0", "w1", "w2"], Started(job));
        Assert.False(job.Wants<SuspectWorker>());
    }

    [Fact]
    public void A_worker_known_to_be_gone_is_not_waited_for()
    {
        var job = Running(3).Then(Lost(1, 0)).Then(new SlotsLost("a", "w1"));
        Assert.Equal(1, job.State.Generation);
        Assert.Equal(["w0", "w2"], Started(job.Then(Lost(1, 2))));
        Assert.False(job.Wants<SuspectWorker>());
        Assert.False(job.Wants<StopReplicas>());
    }

    [Fact]
    public void A_lost_worker_that_nobody_complained_of_means_a_new_world_of_the_others_at_once()
    {
        var job = Scenario.Saved().Then(new SlotsLost("a", "w1"));
        Assert.Equal(["w0"], Started(job));
        Assert.Equal((2, JobPhase.Forming), (job.State.Generation, job.State.Phase));
    }

    [Fact]
    public void After_the_deadline_those_that_told_go_on()
    {
        var job = Running(4).Then(Lost(1, 3)).Then(Lost(1, 1)).Then(new RegroupDue(1, 1));
        Assert.True(job.DidNothing);
        Assert.Equal(["w1", "w3"], Started(job.Then(new RegroupDue(1, int.MaxValue))));
        Assert.True(job.Then(new RegroupDue(1, int.MaxValue)).DidNothing);
    }

    [Fact]
    public void Too_few_survivors_wait_for_more_and_say_why()
    {
        var job = Running(2).Then(Checkpoint10).Then(Lost(1, 0)).Then(new RegroupDue(1, 1));
        Assert.Equal(JobPhase.Queued, job.State.Phase);
        Assert.Equal("rank 0 lost a peer: needs 2 replicas, 1 left", job.State.View().Why);
        Assert.Equal(["w1", "w0"], job.Last.Effects.OfType<StopReplicas>().SelectMany(stop => stop.Workers).Select(slot => slot.WorkerId));
        Assert.True(job.Wants<GiveSlotsBack>());
        Assert.Equal(2, job.Effect<AskForSlots>().Min);
        Assert.Equal(Scenario.Name(10), job.Then(Scenario.Granted()).Effect<StartReplicas>().Checkpoint);
    }

    [Fact]
    public void Worlds_that_broke_after_they_trained_do_not_count_as_losses()
    {
        var job = Running(2);
        for (var generation = 1; generation <= 12; generation++)
            job.ThenEach(2, rank => Lost(generation, rank, generation * 5)).ThenEach(2, rank => Scenario.Ready(generation + 1, rank, generation * 5));
        Assert.Equal((JobPhase.Running, 13, 0), (job.State.Phase, job.State.Generation, job.State.Restarts));
    }

    [Fact]
    public void Worlds_that_break_again_and_again_without_a_step_fail_the_job()
    {
        var job = Running(2);
        for (var generation = 1; generation <= 6; generation++) job.ThenEach(2, rank => Lost(generation, rank, 0));
        Assert.Equal(JobPhase.Failed, job.State.Phase);
        Assert.Contains("rank 0 lost a peer", job.State.View().Why);
    }

    [Fact]
    public void When_all_live_but_come_nowhere_the_last_rank_is_left_out()
    {
        var job = Running(3).ThenEach(3, rank => Lost(1, rank, 0)).ThenEach(3, rank => Lost(2, rank, 0));
        Assert.Equal(["w0", "w1"], Started(job));
        Assert.Equal("w2", job.Effect<SuspectWorker>().WorkerId);
    }

    [Fact]
    public void The_rank_that_another_cannot_connect_to_is_left_out_whoever_complained_first()
    {
        var job = Running(3).Then(Lost(1, 1)).Then(Cannot(0, connectTo: 1)).Then(Lost(1, 2));
        Assert.Equal(["w0", "w2"], Started(job));
        Assert.Equal(new SuspectWorker("w1", "rank 0 cannot connect to rank 1"), job.Effect<SuspectWorker>());
    }

    [Fact]
    public void The_complaint_of_a_rank_that_is_out_of_reach_itself_does_not_count()
    {
        var job = Running(3).Then(Cannot(1, connectTo: 2)).Then(Cannot(0, connectTo: 1)).Then(Lost(1, 2));
        Assert.Equal(["w0", "w2"], Started(job));
    }

    [Fact]
    public void Two_ranks_that_cannot_connect_to_each_other_are_tried_together_once_more()
    {
        var job = Running(2).Then(Cannot(0, connectTo: 1)).Then(Cannot(1, connectTo: 0));
        Assert.Equal(["w0", "w1"], Started(job));
        Assert.False(job.Wants<SuspectWorker>());
    }

    [Fact]
    public void A_world_that_is_too_small_without_the_rank_out_of_reach_waits_for_another_worker()
    {
        var job = Running(2).Then(Lost(1, 1)).Then(Cannot(0, connectTo: 1));
        Assert.Equal(JobPhase.Queued, job.State.Phase);
        Assert.Equal(new SuspectWorker("w1", "rank 0 cannot connect to rank 1"), job.Effect<SuspectWorker>());
    }

    [Fact]
    public void Epochs_stay_in_the_history_where_the_next_world_starts_behind_them()
    {
        var job = Scenario.Saved().Then(Lost(1, 0, 17)).Then(new RegroupDue(1, 1));
        Assert.Equal(17, job.State.View().Step);
        job.Then(Scenario.Ready(2, 0, step: 17));
        Assert.Equal((17, 1), (job.State.View().Step, job.State.History.Count));
    }

    [Fact]
    public void A_world_that_breaks_while_pausing_pauses_as_the_next_one()
    {
        var job = Scenario.Saved().Then(new PauseJob("a")).Then(Lost(1, 0)).Then(new RegroupDue(1, 1));
        Assert.Equal((2, JobPhase.Pausing), (job.State.Generation, job.State.Phase));
        var pause = job.Last.Effects.OfType<StopReplicas>().Last();
        Assert.Equal((2, StopMode.Pause), (pause.Generation, pause.Mode));
        Assert.Equal(JobPhase.Paused, job.Then(new ReplicaPaused("a", 2, 0, 18)).State.Phase);
    }

    [Fact]
    public void A_rank_that_has_finished_is_not_missed()
    {
        var job = Scenario.Saved().Then(Scenario.Finished(1, 0)).Then(Lost(1, 1, 30));
        Assert.Equal(["w0", "w1"], Started(job));
    }

    static readonly CheckpointWritten Checkpoint10 = Scenario.Checkpoint(1, 10, 1);

    static Scenario Running(int ranks) => new Scenario()
        .Then(new Submission(new SubmitJob("a", "spec", "/runs/a"), Wide))
        .Then(Scenario.Granted(ranks))
        .ThenEach(ranks, rank => Scenario.Ready(1, rank));

    static PeerLost Lost(int generation, int rank, long step = 7) => new("a", generation, rank, step, $"rank {rank} lost a peer");

    static PeerLost Cannot(int rank, int connectTo) => Lost(1, rank) with { Error = $"rank {rank} cannot connect to rank {connectTo}", Unreachable = connectTo };

    static IEnumerable<string> Started(Scenario job) => job.Effect<StartReplicas>().Slots.Select(slot => slot.WorkerId);
}
