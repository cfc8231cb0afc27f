using Convoy.Coordinator.Diagnosis;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Diagnosis;

public sealed class VerdictTests
{
    static readonly StepSeconds Usual = new(0.01, 0.1, 0.2, 0.05, 0.01);
    static readonly JobState Running = new() { JobId = "a", Phase = JobPhase.Running };

    [Fact]
    public void A_worker_that_does_not_answer_comes_first() =>
        Assert.StartsWith("rank 1 on worker w1 (h1) does not answer", Of(Rank(0, ReplicaPhase.Exchange, 9), new RankStanding(1, "w1", "h1", null)));

    [Fact]
    public void Of_one_that_does_not_answer_it_tells_what_those_know_who_wait_for_it()
    {
        var silent = new RankStanding(1, "w1", "h1", null);
        Assert.StartsWith("rank 1 on worker w1 (h1) does not answer, and has not come to the all-reduce of step 1,012: ", Of(Rank(0, ReplicaPhase.Exchange, 9, step: 1012), silent));
        Assert.StartsWith("rank 1 on worker w1 (h1) does not answer, and has not come to the end of what follows step 12: ", Of(Rank(0, ReplicaPhase.Barrier, 9), silent));
        Assert.StartsWith("rank 1 on worker w1 (h1) does not answer since about step 7: ", Verdict.Of(Running with { LiveStep = 7 }, [silent]));
        Assert.StartsWith("rank 1 on worker w1 (h1) does not answer: ", Of(silent));
    }

    [Theory]
    [InlineData(ReplicaPhase.Evaluation, "the evaluation")]
    [InlineData(ReplicaPhase.Checkpoint, "the checkpoint")]
    [InlineData(ReplicaPhase.Features, "the base's run over the pictures")]
    public void Between_steps_whoever_is_not_at_the_barrier_holds_up_those_who_are(ReplicaPhase phase, string words)
    {
        Assert.Equal($"rank 1 on worker w1 (h1) has been in {words} of step 12 for 4.0 s; 1 waits for it", Of(Rank(0, ReplicaPhase.Barrier, 1.5), Rank(1, phase, 4)));
        Assert.Equal($"nothing holds it up: rank 1 on worker w1 (h1) has been in {words} of step 12 for 4.0 s", Of(Rank(0, ReplicaPhase.Barrier, 0.5), Rank(1, phase, 4)));
        Assert.Equal($"nothing holds it up: rank 0 on worker w0 (h0) has been in {words} of step 12 for 5.0 s", Of(Rank(0, phase, 5), Rank(1, phase, 4)));
        Assert.Equal($"rank 0 on worker w0 (h0) has been in {words} of step 12 for 61.0 s", Of(Rank(0, phase, 61), Rank(1, phase, 4)));
    }

    [Fact]
    public void Whoever_is_not_in_the_all_reduce_holds_up_those_who_are() =>
        Assert.Equal("rank 1 on worker w1 (h1) has been in the backward pass of step 12 for 7.3 s; 2 wait for it in the all-reduce",
            Of(Rank(0, ReplicaPhase.Exchange, 7), Rank(1, ReplicaPhase.Backward, 7.3), Rank(2, ReplicaPhase.Exchange, 7)));

    [Fact]
    public void Of_two_that_compute_the_one_at_the_earlier_step_holds_up_the_other() =>
        Assert.StartsWith("rank 1 ", Of(Rank(0, ReplicaPhase.Forward, 9, step: 13), Rank(1, ReplicaPhase.Forward, 5, step: 12)));

    [Fact]
    public void A_phase_that_is_always_long_holds_nothing_up()
    {
        var slow = Usual with { Backward = 10 };
        Assert.Equal("nothing holds it up: 10.2 s a step, most of it the backward pass", Of(Rank(0, ReplicaPhase.Backward, 7.3, recent: slow), Rank(1, ReplicaPhase.Exchange, 1, recent: slow)));
    }

    [Fact]
    public void Ranks_that_all_wait_for_each_other_are_the_networks() =>
        Assert.StartsWith("all ranks wait for each other in the all-reduce, for 4.0 s: the network between h0, h1", Of(Rank(0, ReplicaPhase.Exchange, 4), Rank(1, ReplicaPhase.Exchange, 5)));

    [Fact]
    public void Ranks_that_all_wait_for_batches_are_the_augmenters() =>
        Assert.StartsWith("all ranks wait for batches, for 6.0 s", Of(Rank(0, ReplicaPhase.BatchWait, 4), Rank(1, ReplicaPhase.BatchWait, 6)));

    [Fact]
    public void One_that_waits_for_its_batch_alone_is_named() =>
        Assert.StartsWith("rank 1 on worker w1 (h1) has been in the wait for its batch of step 12 for 6.0 s; 1 waits", Of(Rank(0, ReplicaPhase.Exchange, 6), Rank(1, ReplicaPhase.BatchWait, 6)));

    [Fact]
    public void A_straggler_is_told_by_what_it_does_before_the_all_reduce() =>
        Assert.Equal("rank 2 on worker w2 (h2) is a straggler: 620 ms a step before the all-reduce, where the others take 320 ms; most of it the backward pass",
            Of(Rank(0, ReplicaPhase.Exchange, 0.1), Rank(1, ReplicaPhase.Exchange, 0.1), Rank(2, ReplicaPhase.Backward, 0.2, recent: Usual with { Backward = 0.5 })));

    [Fact]
    public void A_job_that_trains_well_says_where_its_time_goes() =>
        Assert.Equal("nothing holds it up: 370 ms a step, most of it the backward pass", Of(Rank(0, ReplicaPhase.Forward, 0.01), Rank(1, ReplicaPhase.Backward, 0.1)));

    [Fact]
    public void Whoever_still_starts_is_waited_for() =>
        Assert.StartsWith("rank 1 on worker w1 (h1) is still starting, for 12.0 s", Of(Rank(0, ReplicaPhase.Starting, 3), Rank(1, ReplicaPhase.Starting, 12)));

    [Fact]
    public void A_job_without_a_world_says_what_it_waits_for()
    {
        Assert.Equal("queued: needs 2 slots, 1 is free", Verdict.Of(new JobState { JobId = "a", Phase = JobPhase.Queued, Waiting = "needs 2 slots, 1 is free" }));
        Assert.Equal("paused: goes on with 'convoy jobs resume a'", Verdict.Of(new JobState { JobId = "a", Phase = JobPhase.Paused }));
        Assert.Equal("failed: the loss is NaN", Verdict.Of(new JobState { JobId = "a", Phase = JobPhase.Failed, Error = "the loss is NaN" }));
        Assert.Equal("completed", Verdict.Of(new JobState { JobId = "a", Phase = JobPhase.Completed }));
    }

    static string Of(params RankStanding[] ranks) => Verdict.Of(Running, ranks);

    static RankStanding Rank(int rank, ReplicaPhase phase, double seconds, long step = 12, StepSeconds? recent = null) =>
        new(rank, $"w{rank}", $"h{rank}", new ReplicaStanding(rank, phase, step, seconds, recent ?? Usual));
}
