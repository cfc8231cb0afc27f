using System.Text.Json;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class JobRecoveryTests
{
    [Fact]
    public void A_queued_job_asks_again() => Assert.True(Scenario.Submitted().Recovered().Wants<AskForSlots>());

    [Fact]
    public void A_running_job_queues_again_and_goes_on_from_its_checkpoint()
    {
        var job = Scenario.Saved().Recovered();
        Assert.Equal(JobPhase.Queued, job.State.Phase);
        Assert.Equal(["w0", "w1"], job.Effect<AskForSlots>().Preferred);
        var start = job.Then(Scenario.Granted()).Effect<StartReplicas>();
        Assert.Equal((2, Scenario.Name(10)), (start.Generation, start.Checkpoint));
    }

    [Fact]
    public void A_forming_job_queues_again() => Assert.Equal(JobPhase.Queued, Scenario.Formed().Recovered().State.Phase);

    [Fact]
    public void A_pausing_job_has_paused() => Assert.Equal(JobPhase.Paused, Scenario.Saved().Then(new PauseJob("a")).Recovered().State.Phase);

    [Fact]
    public void A_paused_and_an_ended_job_stay_as_they_are()
    {
        Assert.True(Scenario.Paused().Recovered().DidNothing);
        Assert.True(Scenario.Completed().Recovered().DidNothing);
    }

    [Fact]
    public void A_restarted_process_is_not_counted_as_a_loss()
    {
        var job = Scenario.Running();
        for (var restart = 0; restart < 10; restart++) job = job.Recovered().Then(Scenario.Granted());
        Assert.Equal(JobPhase.Forming, job.State.Phase);
    }

    [Property(MaxTest = 300)]
    public Property Replaying_the_journal_gives_the_same_state() => Prop.ForAll(Inputs.ToArbitrary(), inputs =>
    {
        var job = inputs.Aggregate(Scenario.Submitted(), (scenario, input) => scenario.Then(input(scenario.State)));
        var replayed = job.Events.OfType<IJournalled>().Aggregate(JobState.Empty, (state, change) => state.Apply(change));
        return Durable(replayed) == Durable(job.State);
    });

    [Property(MaxTest = 300)]
    public Property Whatever_happens_the_newest_checkpoint_is_kept_and_slots_belong_to_a_world() => Prop.ForAll(Inputs.ToArbitrary(), inputs =>
    {
        var job = Scenario.Submitted();
        return inputs.All(input =>
        {
            var before = job.State;
            job.Then(input(before));
            var newest = job.Last.Events.OfType<CheckpointSaved>().LastOrDefault()?.Checkpoint.Name;
            return (newest is null || job.State.LastCheckpoint?.Name == newest)
                && job.State.HasWorld == job.State.Slots.Count > 0
                && job.State.Generation >= before.Generation
                && job.State.Checkpoints.Count <= Scenario.Plan.KeepCheckpoints + 1;
        });
    });

    // Mostly of the current world, sometimes of the one before.
    static Gen<Func<JobState, object>[]> Inputs => Gen.OneOf(
        Gen.Elements<object>(new PauseJob("a"), new ResumeJob("a"), new SlotsPending("a", "why"), new SlotsLost("a", "w1"), new FolderFailed("disk full"), new ProcessRestarted())
            .Select(input => (Func<JobState, object>)(_ => input)),
        Gen.Elements<object>(new LeaveWorld("a", "w0"), new LeaveWorld("a", "w9"), new ReplicaPrepared("a", "w9"), new PrepareDue(99), new ClaimDue(), new SlotsLost("a", "w0"), new SlotsLost("a", "w9"))
            .Select(input => (Func<JobState, object>)(_ => input)),
        Gen.Constant((Func<JobState, object>)(state => new SlotsAdded("a", [Scenario.Slot("w9")], state.Offer + 1))),
        Gen.Choose(0, 2).Select(keep => (Func<JobState, object>)(_ => new GiveUpSlots("a", keep))),
        Gen.Choose(0, 1).Select(rank => (Func<JobState, object>)(state => new ReplicaHeld("a", state.Generation, rank, state.LiveStep))),
        Gen.Choose(0, 1).Select(rank => (Func<JobState, object>)(state => new PeerLost("a", state.Generation, rank, state.LiveStep + 1, "reset"))),
        Gen.Choose(0, 2).Select(missing => (Func<JobState, object>)(state => new RegroupDue(state.Generation, missing))),
        Gen.Choose(1, 9).Select(count => (Func<JobState, object>)(state => new StepsCommitted("a", state.Generation - count % 2, 1, 0, count, count * 10))),
        Gen.Elements(1, 2).Select(ranks => (Func<JobState, object>)(_ => Scenario.Granted(ranks))),
        Gen.Choose(0, 1).Select(rank => (Func<JobState, object>)(state => Scenario.Ready(state.Generation, rank))),
        Gen.Choose(0, 1).Select(rank => (Func<JobState, object>)(state => new ReplicaPaused("a", state.Generation, rank, 1))),
        Gen.Choose(0, 1).Select(rank => (Func<JobState, object>)(state => Scenario.Finished(state.Generation, rank))),
        Gen.Choose(1, 10).Select(step => (Func<JobState, object>)(state => Scenario.Checkpoint(state.Generation, (state.LastCheckpoint?.Step ?? 0) + step, state.History.Count + 1, step % 2 == 0))),
        Gen.Choose(1, 4).Select(epoch => (Func<JobState, object>)(state => Scenario.Epoch(state.Generation, epoch, epoch % 3 / 3.0))),
        Gen.Choose(1, 40).Select(step => (Func<JobState, object>)(state => Scenario.Failed(state.Generation - step % 2, step % 11 == 0, Scenario.Name(step))))).ArrayOf();

    static string Durable(JobState state) => JsonSerializer.Serialize(state with { Slots = [], Regrouping = Regrouping.None, Offer = 0, Reports = JobState.Empty.Reports, Waiting = null, LiveStep = 0 });
}
