using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class MemberTests
{
    [Fact]
    public void A_worker_that_kept_replicas_of_a_job_that_has_ended_is_told_to_end_them()
    {
        var job = Scenario.Running(1).Then(new CancelJob("a")).Then(Kept("w0"));
        Assert.Equal(new StopReplica("a", 1, StopMode.Abort), job.Effect<Answer>().Message);
    }

    [Fact]
    public void A_worker_that_kept_replicas_of_a_job_that_goes_on_without_it_is_told_to_end_them()
    {
        var job = Scenario.Running(1).Then(Kept("w8"));
        Assert.Equal(new StopReplica("a", 1, StopMode.Abort), job.Effect<Answer>().Message);
    }

    [Fact]
    public void A_worker_keeps_the_replicas_of_a_job_that_waits_for_slots()
    {
        var job = Scenario.Running(1).Recovered().Then(Kept("w0"));
        Assert.True(job.DidNothing);
    }

    [Fact]
    public void A_rank_whose_worker_has_another_actor_by_now_is_lost()
    {
        var job = Scenario.Running(2).Then(Kept("w1"));
        Assert.Contains("w1", Assert.Single(job.Last.Events.OfType<WorldBroken>()).Reason);
    }

    [Fact]
    public void Replicas_of_an_older_world_that_its_worker_did_not_take_over_are_told_to_end()
    {
        var job = Wide(2).Then(new PeerLost("a", 1, 0, 6, "reset")).Then(new RegroupDue(1, 1));
        var worker = Assert.Single(job.State.Slots).Worker;
        Assert.True(job.Then(new ReplicaKept("a", "w0", 2, worker)).DidNothing);
        Assert.Equal(new StopReplica("a", 1, StopMode.Abort), job.Then(new ReplicaKept("a", "w0", 1, worker)).Effect<Answer>().Message);
    }

    [Fact]
    public void A_worker_that_leaves_takes_what_it_kept_for_a_job_without_a_world_with_it()
    {
        var job = Scenario.Running(1).Recovered().Then(new LeaveWorld("a", "w0"));
        Assert.Equal(new StopReplica("a", 1, StopMode.Abort), job.Effect<Answer>().Message);
    }

    static ReplicaKept Kept(string workerId) => new("a", workerId, 1, Worker: null!); // another than the slots have

    [Fact]
    public void Added_slots_prepare_before_the_world_is_asked_to_stop()
    {
        var job = Scenario.Running(1).Then(Added());
        Assert.Equal(["w9"], job.Effect<PrepareReplicas>().Workers.Select(slot => slot.WorkerId));
        Assert.Equal(["w0", "w9"], job.Effect<KeepSlots>().Workers);
        Assert.False(job.Wants<StopReplicas>());
        job.Then(new ReplicaPrepared("a", "w9"));
        Assert.Equal((1, StopMode.Regroup), (job.Effect<StopReplicas>().Generation, job.Effect<StopReplicas>().Mode));
        Assert.Equal(["w0"], job.Effect<StopReplicas>().Workers.Select(slot => slot.WorkerId));
    }

    [Fact]
    public void A_newcomer_joins_behind_the_old_ranks_when_all_of_them_hold()
    {
        var job = Scenario.Running(1).Then(Added()).Then(new ReplicaPrepared("a", "w9")).Then(new ReplicaHeld("a", 1, 0, 6));
        Assert.Equal(["w0", "w9"], Started(job));
        Assert.Equal(2, job.State.Generation);
        Assert.Equal(6, job.State.View().Step);
        Assert.False(job.Wants<StopReplicas>());
        Assert.False(job.Wants<SuspectWorker>());
        Assert.Empty(job.Last.Events.OfType<WorldBroken>());
    }

    [Fact]
    public void A_newcomer_that_is_prepared_while_the_world_forms_waits_until_it_runs()
    {
        var job = Scenario.Formed(1).Then(Added()).Then(new ReplicaPrepared("a", "w9"));
        Assert.False(job.Wants<StopReplicas>());
        Assert.Equal(StopMode.Regroup, job.Then(Scenario.Ready(1, 0)).Effect<StopReplicas>().Mode);
    }

    [Fact]
    public void A_prepared_newcomer_takes_the_place_of_a_rank_that_dies_meanwhile()
    {
        var job = Wide(2).Then(Added()).Then(new ReplicaPrepared("a", "w9")).Then(new PeerLost("a", 1, 0, 6, "reset")).Then(new RegroupDue(1, 1));
        Assert.Equal(["w0", "w9"], Started(job));
    }

    [Fact]
    public void A_newcomer_still_preparing_when_a_rank_dies_joins_the_world_after()
    {
        var job = Wide(2).Then(Added()).Then(new PeerLost("a", 1, 0, 6, "reset")).Then(new RegroupDue(1, 1)).Then(Scenario.Ready(2, 0, 6));
        Assert.Equal(1, job.State.WorldSize);
        Assert.Equal(StopMode.Regroup, job.Then(new ReplicaPrepared("a", "w9")).Effect<StopReplicas>().Mode);
    }

    [Fact]
    public void Newcomers_that_take_too_long_are_dropped()
    {
        var job = Scenario.Running(1).Then(Added()).Then(new PrepareDue(1));
        Assert.Equal(["w9"], job.Effect<StopReplicas>().Workers.Select(slot => slot.WorkerId));
        Assert.Equal(["w0"], job.Effect<KeepSlots>().Workers);
        Assert.True(job.Then(new ReplicaPrepared("a", "w9")).DidNothing);
        Assert.Equal(JobPhase.Running, job.State.Phase);
    }

    [Fact]
    public void A_lost_newcomer_is_no_loss_of_the_world()
    {
        var job = Scenario.Running(1).Then(Added()).Then(new SlotsLost("a", "w9"));
        Assert.Empty(job.Last.Effects);
        Assert.Empty(job.State.Regrouping.Newcomers);
    }

    [Fact]
    public void An_offer_heard_twice_is_taken_once()
    {
        var job = Wide(1).Then(Added()).Then(Added());
        Assert.Equal(["w0", "w9"], job.Effect<KeepSlots>().Workers);
        Assert.False(job.Wants<PrepareReplicas>());
    }

    [Fact]
    public void A_job_that_pauses_declines_and_wants_no_more()
    {
        var job = Scenario.Running(1).Then(new PauseJob("a")).Then(Added());
        Assert.Equal((1, 1), (job.Effect<KeepSlots>().Max, job.Effect<KeepSlots>().Offer));
        Assert.True(job.Then(new ReplicaPaused("a", 1, 0, 4)).Then(Added(2)).Wants<GiveSlotsBack>());
    }

    [Fact]
    public void A_worker_that_leaves_stops_with_the_others_and_is_let_go()
    {
        var job = Scenario.Running().Then(new LeaveWorld("a", "w0"));
        Assert.Equal(StopMode.Regroup, job.Effect<StopReplicas>().Mode);
        Assert.Equal(["w0", "w1"], job.Effect<StopReplicas>().Workers.Select(slot => slot.WorkerId));
        job.ThenEach(2, rank => new ReplicaHeld("a", 1, rank, 8));
        Assert.Equal(["w1"], Started(job));
        Assert.Equal(StopMode.Abort, job.Effect<StopReplicas>().Mode);
        Assert.Equal(["w0"], job.Effect<StopReplicas>().Workers.Select(slot => slot.WorkerId));
        Assert.False(job.Wants<SuspectWorker>());
        Assert.Equal(0, job.State.Restarts);
    }

    [Fact]
    public void A_worker_without_which_too_few_are_left_has_the_world_saved_first()
    {
        var job = Scenario.Running(1).Then(new LeaveWorld("a", "w0"));
        Assert.Equal(StopMode.Pause, job.Effect<StopReplicas>().Mode);
        job.Then(Scenario.Checkpoint(1, 4, 0, end: false)).Then(new ReplicaPaused("a", 1, 0, 4));
        Assert.Equal((JobPhase.Queued, "needs 1 replica, 0 left", 0), (job.State.Phase, job.State.View().Why, job.State.Restarts));
        Assert.Equal(Scenario.Name(4), job.Then(Scenario.Granted()).Effect<StartReplicas>().Checkpoint);
    }

    [Fact]
    public void A_recovered_job_asks_for_all_its_workers_first_and_for_fewer_later()
    {
        var job = Scenario.Running().Recovered();
        Assert.Equal((2, 2), (job.Effect<AskForSlots>().Min, job.Effect<AskForSlots>().Max));
        Assert.Equal(new RemindMe(new AskForFewer(1), JobLogic.WholeWorldTime), job.Effect<RemindMe>());
        job.Then(new AskForFewer(1));
        Assert.Equal(1, job.Effect<AskForSlots>().Min);
        Assert.True(job.Then(Scenario.Granted(1)).Then(new AskForFewer(1)).DidNothing);
    }

    [Fact]
    public void A_job_reminds_the_scheduler_of_what_it_holds_or_waits_for()
    {
        Assert.Equal(["w0", "w1"], Scenario.Running().Then(new ClaimDue()).Effect<KeepSlots>().Workers);
        Assert.True(Scenario.Submitted().Then(new ClaimDue()).Effect<AskForSlots>().Again);
        Assert.True(Scenario.Completed().Then(new ClaimDue()).DidNothing);
    }

    static Scenario Wide(int ranks) => new Scenario()
        .Then(new Submission(new SubmitJob("a", "spec", "/runs/a"), Scenario.Plan with { MaxWorld = 4 }))
        .Then(Scenario.Granted(ranks))
        .ThenEach(ranks, rank => Scenario.Ready(1, rank));

    static SlotsAdded Added(int offer = 1) => new("a", [Scenario.Slot("w9")], offer);

    static IEnumerable<string> Started(Scenario job) => job.Effect<StartReplicas>().Slots.Select(slot => slot.WorkerId);
}
