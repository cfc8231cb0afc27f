using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Jobs;

/// <summary>Jobs that pause by themselves after an epoch, as the trials of a sweep do.</summary>
public sealed class JobUntilTests
{
    static Scenario Submitted(int until) => new Scenario().Then(new Submission(new SubmitJob("a", "spec", "/runs/a", Until: until), Scenario.Plan));

    static Scenario OneEpochDone() => Submitted(until: 1).Then(Scenario.Granted()).ThenEach(2, rank => Scenario.Ready(1, rank))
        .Then(Scenario.Epoch(1, 1, 0.5)).Then(Scenario.Checkpoint(1, 10, 1));

    static ReplicaPaused Paused(int generation, int rank, long step) => new("a", generation, rank, step);

    [Fact]
    public void Its_replicas_are_told_the_epoch_and_when_all_have_paused_it_has()
    {
        var job = OneEpochDone();
        Assert.Equal(1, job.State.Until);
        Assert.Equal(JobPhase.Running, job.Then(Paused(1, 1, 10)).State.Phase);
        job.Then(Paused(1, 0, 10));
        Assert.Equal(JobPhase.Paused, job.State.Phase);
        Assert.True(job.Wants<GiveSlotsBack>());
    }

    [Fact]
    public void It_goes_on_from_there_to_the_next_epoch_or_to_the_end()
    {
        var job = OneEpochDone().ThenEach(2, rank => Paused(1, rank, 10)).Then(new ResumeJob("a", Until: 2));
        Assert.Equal((JobPhase.Queued, 2), (job.State.Phase, job.State.Until));
        Assert.Equal(Scenario.Name(10), job.Then(Scenario.Granted()).Effect<StartReplicas>().Checkpoint);
        job = OneEpochDone().ThenEach(2, rank => Paused(1, rank, 10)).Then(new ResumeJob("a"));
        Assert.Null(job.State.Until);
    }

    [Fact]
    public void Asked_again_for_an_epoch_that_is_done_it_accepts_and_does_nothing()
    {
        var job = OneEpochDone().ThenEach(2, rank => Paused(1, rank, 10)).Then(new ResumeJob("a", Until: 1));
        Assert.True(job.IsAccepted);
        Assert.Equal(JobPhase.Paused, job.State.Phase);
    }

    [Fact]
    public void A_process_that_ends_before_it_has_paused_pauses_in_the_next()
    {
        var job = OneEpochDone().Then(Paused(1, 0, 10)).Recovered().Then(Scenario.Granted());
        Assert.Equal(1, job.State.Until);
        // The first rank pauses at once, before the other is ready.
        job.Then(Scenario.Ready(2, 0, step: 10)).Then(Scenario.Epoch(2, 1, 0.5)).Then(Paused(2, 0, 10)).Then(Scenario.Ready(2, 1, step: 10)).Then(Paused(2, 1, 10));
        Assert.Equal((JobPhase.Paused, 1), (job.State.Phase, job.State.History.Count));
    }

    [Fact]
    public void A_newcomer_that_is_just_about_to_join_is_sent_away()
    {
        var job = OneEpochDone().Then(new SlotsAdded("a", [Scenario.Slot("w9")], 1));
        Assert.Equal(JobPhase.Paused, job.ThenEach(2, rank => Paused(1, rank, 10)).State.Phase);
    }

    [Fact]
    public void Replicas_that_pause_for_another_reason_do_not_make_it_paused()
    {
        var job = Scenario.Running();
        Assert.True(job.Then(Paused(1, 0, 10)).DidNothing);
        Assert.True(Submitted(until: 2).Then(Scenario.Granted()).ThenEach(2, rank => Scenario.Ready(1, rank)).Then(Paused(1, 0, 10)).DidNothing);
    }
}
