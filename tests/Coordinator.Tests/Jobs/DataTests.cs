using Convoy.Coordinator.Diagnosis;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Jobs;

/// <summary>Workers that see other data than the others, or none.</summary>
public sealed class DataTests
{
    static readonly DataSeen Whole = new("aaaaaaaaaaaaaaaa", [300, 100, 0], ["cat", "dog"]);
    static readonly DataSeen Part = new("bbbbbbbbbbbbbbbb", [90, 30, 0], ["cat", "dog"]);

    [Fact]
    public void Nobody_is_judged_before_all_have_spoken_and_then_they_have_agreed()
    {
        var job = Formed(2).Then(Sees("w0", Whole));
        Assert.Null(job.State.Data);
        Assert.Equal(Whole, Assert.Single(job.Then(Sees("w1", Whole)).Last.Events.OfType<DataAgreed>()).Data);
        Assert.Empty(job.Last.Effects);
        Assert.Empty(job.State.LeftOut);
    }

    [Fact]
    public void Whoever_differs_from_the_majority_is_left_out_before_the_first_step_and_told_why()
    {
        var job = Formed(3).Then(Sees("w0", Part)).Then(Sees("w1", Whole)).Then(Sees("w2", Whole));
        Assert.Equal(["w1", "w2"], Started(job));
        Assert.Equal(2, job.State.Generation);
        const string line = "worker w0 on host 127.0.0.1 sees 120 pictures where the others see 400: digest bbbbbbbbbbbb, not aaaaaaaaaaaa";
        var stop = job.Effect<StopReplicas>();
        Assert.Equal((1, StopMode.Abort, "w0", line), (stop.Generation, stop.Mode, Assert.Single(stop.Workers).WorkerId, stop.Reason));
        Assert.False(job.Wants<SuspectWorker>());
        Assert.Equal([line], job.State.View().LeftOut);
        Assert.EndsWith($"; goes on without: {line}", Verdict.Of(job.State), StringComparison.Ordinal);
        Assert.Equal(line, Assert.Single(job.Events.OfType<NodeLeftOut>()).Reason);
        Assert.Equal(Whole, job.State.Data);
        Assert.Equal(0, job.State.Restarts);
    }

    [Fact]
    public void A_tie_goes_to_the_first_rank() =>
        Assert.Equal(["w0"], Started(Formed(2).Then(Sees("w1", Whole)).Then(Sees("w0", Part))));

    [Fact]
    public void A_worker_counts_as_often_as_it_has_ranks()
    {
        var job = Submitted().Then(new SlotsGranted("a", [Scenario.Slot("w0"), Scenario.Slot("w1"), Scenario.Slot("w1")]));
        Assert.Equal(["w1", "w1"], Started(job.Then(Sees("w0", Part)).Then(Sees("w1", Whole))));
    }

    [Fact]
    public void Ranks_that_found_out_by_themselves_wait_for_the_next_world_and_are_in_it()
    {
        var job = Formed(3).Then(Sees("w0", Whole)).Then(new PeerLost("a", 1, 0, 0, "rank 1 sees other data")).Then(Sees("w1", Part)).Then(Sees("w2", Whole));
        Assert.Equal(["w0", "w2"], Started(job));
        Assert.True(job.Then(new PeerLost("a", 1, 2, 0, "rank 1 sees other data")).DidNothing);
    }

    [Fact]
    public void A_worker_that_cannot_use_the_data_is_left_out_and_the_job_goes_on()
    {
        var job = Formed(2).Then(new ReplicaFailed("a", 1, 1, "/data: no folders in it", Fatal: true, OfNode: true));
        Assert.Equal(["w0"], Started(job));
        Assert.Equal(["worker w1 on host 127.0.0.1 cannot take part: /data: no folders in it"], job.State.View().LeftOut);
        Assert.Equal(0, job.State.Restarts);
    }

    [Fact]
    public void Too_few_that_see_the_same_look_for_others_and_fail_where_there_are_none()
    {
        var job = Formed(2, min: 2).Then(Sees("w0", Whole)).Then(Sees("w1", Part));
        Assert.Equal(JobPhase.Queued, job.State.Phase);
        Assert.True(job.Wants<AskForSlots>());
        job.Then(new SlotsPending("a", "needs 2 slots, 1 free of 1 on the workers that it can use", OnlyLeftOut: true));
        Assert.Equal(JobPhase.Failed, job.State.Phase);
        Assert.Equal("worker w1 on host 127.0.0.1 sees 120 pictures where the others see 400: digest bbbbbbbbbbbb, not aaaaaaaaaaaa (needs 2 replicas that see the same data)", job.State.View().Why);
    }

    [Fact]
    public void Where_others_are_there_it_goes_on_with_them()
    {
        var job = Formed(2, min: 2).Then(Sees("w0", Whole)).Then(Sees("w1", Part)).Then(new SlotsGranted("a", [Scenario.Slot("w0"), Scenario.Slot("w2")]));
        Assert.Equal(["w0", "w2"], Started(job));
        job.Then(Sees("w0", Whole)).Then(Sees("w2", Whole)).ThenEach(2, rank => Scenario.Ready(job.State.Generation, rank));
        Assert.Equal(JobPhase.Running, job.State.Phase);
    }

    [Fact]
    public void A_job_that_loses_workers_later_waits_though_one_was_left_out()
    {
        var job = Formed(2).Then(Sees("w0", Whole)).Then(Sees("w1", Part)).Then(new SlotsLost("a", "w0")).Then(new SlotsPending("a", "needs 1 slot", OnlyLeftOut: true));
        Assert.Equal(JobPhase.Queued, job.State.Phase);
    }

    [Fact]
    public void Once_they_have_agreed_no_majority_changes_it()
    {
        var job = Formed(1).Then(Sees("w0", Whole)).Then(Scenario.Ready(1, 0))
            .Then(new SlotsAdded("a", [Scenario.Slot("w8"), Scenario.Slot("w9")], 1)).Then(Sees("w8", Part));
        Assert.Equal(["w0", "w9"], job.Effect<KeepSlots>().Workers);
        Assert.Equal("w8", Assert.Single(job.Effect<StopReplicas>().Workers).WorkerId);
        Assert.Equal(JobPhase.Running, job.State.Phase);
        Assert.Equal(1, job.State.Generation);
    }

    [Fact]
    public void A_newcomer_that_cannot_prepare_says_so_and_holds_no_slot()
    {
        var job = Formed(1).Then(Sees("w0", Whole)).Then(Scenario.Ready(1, 0)).Then(new SlotsAdded("a", [Scenario.Slot("w9")], 1))
            .Then(new ReplicaPrepared("a", "w9", Error: "/data: no such folder"));
        Assert.Equal(["w0"], job.Effect<KeepSlots>().Workers);
        Assert.Equal(["worker w9 on host 127.0.0.1 cannot take part: /data: no such folder"], job.State.View().LeftOut);
        Assert.True(job.Then(new SlotsAdded("a", [Scenario.Slot("w9")], 2)).Last.Effects.OfType<PrepareReplicas>().All(prepare => prepare.Workers.Count == 0));
    }

    [Fact]
    public void A_newcomer_that_sees_the_same_joins()
    {
        var job = Formed(1).Then(Sees("w0", Whole)).Then(Scenario.Ready(1, 0)).Then(new SlotsAdded("a", [Scenario.Slot("w9")], 1)).Then(Sees("w9", Whole));
        Assert.Equal(StopMode.Regroup, job.Effect<StopReplicas>().Mode);
        Assert.Empty(job.State.LeftOut);
    }

    [Fact]
    public void Data_that_nobody_sees_as_it_was_fails_the_job_with_what_has_changed()
    {
        var job = Formed(1).Then(Sees("w0", Whole)).Then(Scenario.Ready(1, 0)).Recovered().Then(Scenario.Granted(1)).Then(Sees("w0", Part));
        Assert.Equal(JobPhase.Queued, job.State.Phase);
        job.Then(new SlotsPending("a", "needs 1 slot", OnlyLeftOut: true));
        Assert.Contains("worker w0 on host 127.0.0.1 sees 120 pictures where the training began with 400", job.State.View().Why, StringComparison.Ordinal);
        Assert.Contains("--accept-changed-data", job.State.View().Why, StringComparison.Ordinal);
        Assert.Equal(Whole, job.Then(new ResumeJob("a")).State.Data);
    }

    [Fact]
    public void Changed_data_that_is_accepted_is_agreed_on_anew_and_epochs_before_it_stay_as_they_were()
    {
        var job = Formed(1).Then(Sees("w0", Whole)).Then(Scenario.Ready(1, 0)).Then(Scenario.Checkpoint(1, 10, 1)).Then(Scenario.Epoch(1, 1, 0.5))
            .Then(new PauseJob("a")).Then(Scenario.Checkpoint(1, 14, 1, end: false)).Then(new ReplicaPaused("a", 1, 0, 14))
            .Then(new ResumeJob("a", AcceptsChangedData: true));
        Assert.Null(job.State.Data);
        job.Then(Scenario.Granted(1)).Then(Sees("w0", Part)).Then(new ReplicaReady("a", 2, 0, StepsPerEpoch: 3, 14, ["cat", "dog"], Samples: 90, FirstEpoch: 1, FirstStep: 14));
        Assert.Equal(Part, job.State.Data);
        Assert.Equal((JobPhase.Running, 14 + 2 * 3, 14), (job.State.Phase, job.State.View().TotalSteps, job.State.View().Step));
        Assert.Single(job.State.History);
        Assert.Equal(new DataReplaced(2, 1, 14, 3, 90), Assert.Single(job.Events.OfType<DataReplaced>()));
        Assert.Equal(17, job.Then(Scenario.Epoch(2, 2, 0.6)).State.View().Step);
        Assert.Empty(job.Then(new ReplicaReady("a", 2, 0, 3, 14, [], 90, null, 1, 14)).Last.Events.OfType<DataReplaced>());
    }

    [Fact]
    public void Augmenters_that_are_not_asked_are_told_once()
    {
        const string line = "augmenter 10.0.0.1:4054 sees 120 pictures where the others see 400: digest bbbbbbbbbbbb, not aaaaaaaaaaaa";
        var job = Formed(2).Then(Sees("w0", Whole, line)).Then(Sees("w1", Whole, line));
        Assert.Equal([line], job.State.View().LeftOut);
        Assert.Equal("10.0.0.1:4054", Assert.Single(job.State.LeftOut).Node);
        Assert.Equal(1, job.State.Generation);
    }

    [Fact]
    public void What_was_left_out_is_tried_again_when_its_user_resumes_the_job()
    {
        var job = Formed(2, min: 2).Then(Sees("w0", Whole)).Then(Sees("w1", Part)).Then(new SlotsPending("a", "", OnlyLeftOut: true));
        Assert.Empty(job.Then(new ResumeJob("a")).State.LeftOut);
    }

    [Fact]
    public void It_is_known_after_the_coordinator_moved()
    {
        var state = Formed(3).Then(Sees("w0", Whole)).Then(Sees("w1", Part)).Then(Sees("w2", Whole)).Recovered().State;
        Assert.Equal((Whole.Digest, "w1"), (state.Data!.Digest, Assert.Single(state.LeftOut).Node));
    }

    [Fact]
    public void Workers_of_earlier_versions_that_say_nothing_train_as_they_did()
    {
        var job = Formed(2).Then(Sees("w0", Whole)).ThenEach(2, rank => Scenario.Ready(1, rank));
        Assert.Equal(JobPhase.Running, job.State.Phase);
        Assert.Null(job.State.Data);
    }

    static ReplicaPrepared Sees(string worker, DataSeen data, params string[] leftOut) => new("a", worker, data, null, leftOut.Length == 0 ? null : leftOut);

    static Scenario Submitted(int min = 1) => new Scenario().Then(new Submission(new SubmitJob("a", "spec", "/runs/a"), Scenario.Plan with { MinWorld = min, MaxWorld = 3 }));

    static Scenario Formed(int ranks, int min = 1) => Submitted(min).Then(Scenario.Granted(ranks));

    static IEnumerable<string> Started(Scenario job) => job.Effect<StartReplicas>().Slots.Select(slot => slot.WorkerId);
}
