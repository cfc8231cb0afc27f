using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Jobs;

/// <summary>A job that others need slots of.</summary>
public sealed class GiveUpTests
{
    [Fact]
    public void All_ranks_stop_after_the_same_step_and_the_first_of_them_go_on()
    {
        var job = Running(4).Then(GiveUp(2));
        Assert.Equal((StopMode.Regroup, 4), (job.Effect<StopReplicas>().Mode, job.Effect<StopReplicas>().Workers.Count));
        job.ThenEach(4, rank => new ReplicaHeld("a", 1, rank, 6));
        Assert.Equal((2, 6L), (job.State.Generation, job.State.View().Step));
        Assert.Equal(["w0", "w1"], Started(job));
        Assert.Equal((StopMode.Abort, 1), (job.Effect<StopReplicas>().Mode, job.Effect<StopReplicas>().Generation));
        Assert.Equal(["w2", "w3"], job.Effect<StopReplicas>().Workers.Select(slot => slot.WorkerId));
        Assert.Equal((1, 4), (job.Effect<KeepSlots>().Min, job.Effect<KeepSlots>().Max));
        Assert.Equal(["w0", "w1"], job.Effect<KeepSlots>().Workers);
        Assert.False(job.Wants<SuspectWorker>());
        Assert.Empty(job.Last.Events.OfType<WorldBroken>());
        Assert.False(job.ThenEach(2, rank => Scenario.Ready(2, rank, 6)).Wants<StopReplicas>());
    }

    [Fact]
    public void A_worker_that_keeps_some_of_its_ranks_ends_the_others_once_those_have_their_place()
    {
        var job = Submitted().Then(new SlotsGranted("a", [.. Enumerable.Repeat(Scenario.Slot("w0"), 4)])).ThenEach(4, rank => Scenario.Ready(1, rank))
            .Then(GiveUp(3)).ThenEach(4, rank => new ReplicaHeld("a", 1, rank, 6));
        Assert.Equal([typeof(StartReplicas), typeof(StopReplicas), typeof(KeepSlots)], job.Last.Effects.Select(effect => effect.GetType()));
        Assert.Equal((1, StopMode.Abort, "w0"), (job.Effect<StopReplicas>().Generation, job.Effect<StopReplicas>().Mode, Assert.Single(job.Effect<StopReplicas>().Workers).WorkerId));
        Assert.Equal(["w0", "w0", "w0"], Started(job));
    }

    [Fact]
    public void It_is_done_once_however_often_it_is_said()
    {
        var job = Running(4).Then(GiveUp(2));
        Assert.True(job.Then(GiveUp(2)).DidNothing);
        Assert.True(Running(2).Then(GiveUp(2)).DidNothing);
        Assert.True(Submitted().Then(GiveUp(0)).DidNothing);
        Assert.True(Scenario.Completed().Then(GiveUp(0)).DidNothing);
    }

    [Fact]
    public void A_world_that_forms_gives_up_when_it_runs_unless_it_was_taken_back()
    {
        var job = Submitted().Then(Scenario.Granted(4)).Then(GiveUp(2));
        Assert.False(job.Wants<StopReplicas>());
        Assert.Equal(StopMode.Regroup, job.ThenEach(4, rank => Scenario.Ready(1, rank)).Effect<StopReplicas>().Mode);
        Assert.False(Submitted().Then(Scenario.Granted(4)).Then(GiveUp(2)).Then(GiveUp(4)).ThenEach(4, rank => Scenario.Ready(1, rank)).Wants<StopReplicas>());
    }

    [Fact]
    public void Who_waits_to_join_is_given_up_first_and_at_once()
    {
        var job = Running(1).Then(new SlotsAdded("a", [Scenario.Slot("w8"), Scenario.Slot("w9")], 1)).Then(GiveUp(2));
        Assert.Equal((StopMode.Abort, "w9"), (job.Effect<StopReplicas>().Mode, Assert.Single(job.Effect<StopReplicas>().Workers).WorkerId));
        Assert.Equal(["w0", "w8"], job.Effect<KeepSlots>().Workers);
        job.Then(new ReplicaPrepared("a", "w8")).Then(new ReplicaHeld("a", 1, 0, 3));
        Assert.Equal(["w0", "w8"], Started(job));
    }

    [Fact]
    public void One_that_gives_up_all_saves_first_and_waits_for_slots_to_go_on_where_it_stood()
    {
        var job = Running(2).Then(GiveUp(0));
        Assert.Equal(StopMode.Pause, job.Effect<StopReplicas>().Mode);
        job.Then(Scenario.Checkpoint(1, 4, 0, end: false)).ThenEach(2, rank => new ReplicaPaused("a", 1, rank, 4));
        Assert.Equal((JobPhase.Queued, "gave way to others", 0), (job.State.Phase, job.State.View().Why, job.State.Restarts));
        Assert.Equal([typeof(GiveSlotsBack), typeof(AskForSlots)], job.Last.Effects.Select(effect => effect.GetType()));
        Assert.Equal(Scenario.Name(4), job.Then(Scenario.Granted(1)).Effect<StartReplicas>().Checkpoint);
        Assert.False(job.Then(Scenario.Ready(2, 0, 4)).Wants<StopReplicas>());
    }

    [Fact]
    public void A_world_that_breaks_meanwhile_goes_on_with_all_that_are_left_and_gives_up_then()
    {
        var job = Running(4).Then(GiveUp(2)).ThenEach(4, rank => new PeerLost("a", 1, rank, 6, "reset"));
        Assert.Equal(4, Started(job).Count());
        Assert.False(job.Wants<SuspectWorker>());
        Assert.Equal((2, StopMode.Regroup), (job.ThenEach(4, rank => Scenario.Ready(2, rank, 6)).Effect<StopReplicas>().Generation, job.Effect<StopReplicas>().Mode));
        Assert.Equal(["w0", "w1"], Started(job.ThenEach(4, rank => new ReplicaHeld("a", 2, rank, 7))));
    }

    [Fact]
    public void One_that_regroups_when_all_of_it_is_wanted_forms_a_world_that_can_save()
    {
        var job = Running(4).Then(GiveUp(2)).Then(GiveUp(0)).ThenEach(4, rank => new ReplicaHeld("a", 1, rank, 6));
        Assert.Equal(["w0"], Started(job));
        Assert.Equal((2, StopMode.Pause), (job.Then(Scenario.Ready(2, 0, 6)).Effect<StopReplicas>().Generation, job.Effect<StopReplicas>().Mode));
    }

    static GiveUpSlots GiveUp(int keep) => new("a", keep);

    static Scenario Submitted() => new Scenario().Then(new Submission(new SubmitJob("a", "spec", "/runs/a"), Scenario.Plan with { MaxWorld = 4 }));

    static Scenario Running(int ranks) => Submitted().Then(Scenario.Granted(ranks)).ThenEach(ranks, rank => Scenario.Ready(1, rank));

    static IEnumerable<string> Started(Scenario job) => job.Effect<StartReplicas>().Slots.Select(slot => slot.WorkerId);
}
