using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Jobs;

/// <summary>Workers that die are no fault of the job's; it waits for others, for as long as it may.</summary>
public sealed class LossTests
{
    [Fact]
    public void Eight_workers_killed_one_after_another_without_a_step_between_do_not_end_the_job()
    {
        var job = Scenario.Running();
        for (var generation = 1; generation <= 8; generation++)
            job.Then(Lost(generation, 0)).Then(new RegroupDue(generation, 1))
                .Then(new SlotsAdded("a", [Scenario.Slot($"v{generation}")], generation)).Then(new ReplicaPrepared("a", $"v{generation}"))
                .Then(Scenario.Ready(generation + 1, 0)).Then(new ReplicaHeld("a", generation + 1, 0, 0))
                .ThenEach(2, rank => Scenario.Ready(generation + 2, rank));
        Assert.Equal((JobPhase.Running, 0), (job.State.Phase, job.State.Restarts));
        Assert.All(job.Events.OfType<WorldBroken>(), broken => Assert.Single(broken.Lost!));
    }

    [Fact]
    public void All_workers_killed_again_and_again_have_the_job_wait_for_others()
    {
        var job = Scenario.Formed();
        for (var generation = 1; generation <= 8; generation++)
        {
            job.Then(new SlotsLost("a", "w0")).Then(new SlotsLost("a", "w1"));
            Assert.Equal((JobPhase.Queued, 0), (job.State.Phase, job.State.Restarts));
            job.Then(Scenario.Granted());
        }
        Assert.Equal(JobPhase.Forming, job.State.Phase);
    }

    [Fact]
    public void Workers_that_are_silent_or_gone_while_the_world_pauses_to_let_one_go_are_losses_too()
    {
        var job = Scenario.Running(1).Then(new LeaveWorld("a", "w0")).Then(new SlotsLost("a", "w0"));
        Assert.Equal((JobPhase.Queued, 0), (job.State.Phase, job.State.Restarts));
    }

    [Fact]
    public void Losses_between_faults_of_the_jobs_own_neither_count_nor_start_the_count_anew()
    {
        var job = Scenario.Formed();
        for (var fault = 1; fault <= JobLogic.MaxRestarts; fault++)
            job.Then(Scenario.Failed(job.State.Generation)).Then(Scenario.Granted())
                .Then(new SlotsLost("a", "w0")).Then(new SlotsLost("a", "w1")).Then(Scenario.Granted());
        Assert.Equal((JobPhase.Forming, JobLogic.MaxRestarts), (job.State.Phase, job.State.Restarts));
        Assert.Equal(JobPhase.Failed, job.Then(Scenario.Failed(job.State.Generation)).State.Phase);
    }

    [Fact]
    public void The_count_is_the_same_in_a_job_read_from_its_journal()
    {
        var job = Scenario.Formed().Then(Scenario.Failed(1)).Then(Scenario.Granted()).Then(new SlotsLost("a", "w0")).Then(new SlotsLost("a", "w1"));
        Assert.Equal(1, job.Recovered().State.Restarts);
    }

    [Fact]
    public void A_job_fails_when_it_has_waited_as_long_as_it_may()
    {
        var job = Patient(20);
        Assert.Equal(new RemindMe(new WaitOver(0), TimeSpan.FromSeconds(20)), job.Effect<RemindMe>());
        job.Then(new SlotsPending("a", "no worker has joined yet")).Then(new WaitOver(0));
        Assert.Equal((JobPhase.Failed, "waited 20 s for slots (world.max_wait): no worker has joined yet"), (job.State.Phase, job.State.View().Why));
        Assert.True(job.Wants<GiveSlotsBack>());
    }

    [Fact]
    public void Each_wait_is_counted_anew()
    {
        var job = Patient(20).Then(Scenario.Granted());
        Assert.True(job.Then(new WaitOver(0)).DidNothing);
        job.Then(new SlotsLost("a", "w0")).Then(new SlotsLost("a", "w1"));
        var waits = Assert.IsType<WaitOver>(job.Effect<RemindMe>().Input);
        Assert.Equal(job.State.Generation, waits.Generation);
        Assert.True(job.Then(new WaitOver(0)).DidNothing);
        Assert.Equal(JobPhase.Failed, job.Then(waits).State.Phase);
        Assert.Equal(waits, job.Then(new ResumeJob("a")).Effect<RemindMe>().Input);
        Assert.Contains(job.Recovered().Last.Effects, effect => effect is RemindMe { Input: WaitOver });
    }

    [Fact]
    public void Without_a_bound_it_waits_as_long_as_it_takes()
    {
        Assert.False(Scenario.Submitted().Wants<RemindMe>());
        Assert.True(Scenario.Submitted().Then(new WaitOver(0)).DidNothing);
    }

    static Scenario Patient(double seconds) => new Scenario().Then(new Submission(new SubmitJob("a", "spec", "/runs/a"), Scenario.Plan with { MaxWait = seconds }));

    static PeerLost Lost(int generation, int rank) => new("a", generation, rank, 0, $"rank {rank} lost a peer");
}
