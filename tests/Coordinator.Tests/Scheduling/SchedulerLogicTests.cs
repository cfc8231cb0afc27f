using Akka.Actor;
using Convoy.Coordinator.Scheduling;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Scheduling;

public sealed class SchedulerLogicTests
{
    [Fact]
    public void A_job_gets_up_to_its_maximum()
    {
        Assert.Equal(["a", "a", "b"], Slots(Assign(Workers(("a", 2), ("b", 2)), Request("j", 1, 3)), "j"));
        Assert.Equal(["a", "a"], Slots(Assign(Workers(("a", 2)), Request("j", 1, 3)), "j"));
    }

    [Fact]
    public void A_job_gets_its_minimum_or_nothing()
    {
        var assignment = Assign(Workers(("a", 1)), Request("j", 2, 4));
        Assert.Empty(assignment.Granted);
        Assert.Equal("needs 2 slots, 1 free of 1", Assert.Single(assignment.Waiting).Why);
    }

    [Fact]
    public void Without_workers_the_reason_says_so() =>
        Assert.Equal("no worker has joined yet", Assert.Single(Assign(SchedulerState.Empty, Request("j", 1, 1)).Waiting).Why);

    [Fact]
    public void Slots_in_use_are_not_granted_again()
    {
        var first = Assign(Workers(("a", 4)), Request("i", 3, 3));
        var second = SchedulerLogic.Assign(first.State.With(Request("j", 2, 2)));
        Assert.Empty(second.Granted);
        Assert.Equal("needs 2 slots, 1 free of 4", Assert.Single(second.Waiting).Why);
        Assert.Equal(["a", "a"], Slots(SchedulerLogic.Assign(second.State.Without("i")), "j"));
    }

    [Fact]
    public void The_higher_priority_goes_first_then_the_earlier_arrival()
    {
        var assignment = Assign(Workers(("a", 2)), Request("early", 1, 1), Request("late", 1, 1), Request("urgent", 1, 1, priority: 5));
        Assert.Equal(["urgent", "early"], assignment.Granted.Select(grant => grant.JobId));
        Assert.Equal("needs 1 slot, 0 free of 2", Assert.Single(assignment.Waiting).Why);
    }

    [Fact]
    public void A_large_job_is_not_starved_by_small_ones()
    {
        var busy = Assign(Workers(("a", 4)), Request("running", 2, 2)).State;
        var assignment = SchedulerLogic.Assign(busy.With(Request("large", 4, 4)).With(Request("small", 1, 1)));
        Assert.Empty(assignment.Granted);
        Assert.Equal("waits behind job large", assignment.Waiting[1].Why);
    }

    [Fact]
    public void A_job_the_cluster_is_too_small_for_holds_back_nobody() =>
        Assert.Equal(["small"], Assign(Workers(("a", 4)), Request("huge", 8, 8), Request("small", 1, 1)).Granted.Select(grant => grant.JobId));

    [Fact]
    public void A_lost_worker_names_its_jobs_and_takes_its_slots_away()
    {
        var state = Assign(Workers(("a", 1), ("b", 2)), Request("i", 2, 2), Request("j", 1, 1)).State;
        Assert.Equal(["i"], state.HoldersOf("a"));
        Assert.Equal(["i", "j"], state.HoldersOf("b"));
        Assert.Equal((1, 1), (state.WithoutWorker("b").Capacity, state.WithoutWorker("b").Held["i"].Workers.Count));
    }

    [Fact]
    public void Asking_again_gives_back_what_was_held()
    {
        var held = Assign(Workers(("a", 2)), Request("j", 2, 2)).State;
        Assert.Equal(["a", "a"], Slots(SchedulerLogic.Assign(held.With(Request("j", 2, 2))), "j"));
    }

    [Fact]
    public void A_worker_that_registers_again_counts_once() => Assert.Equal(3, Workers(("a", 2)).With(Worker("a", 3)).Capacity);

    [Fact]
    public void A_job_below_its_maximum_is_offered_what_is_free()
    {
        var state = Assign(Workers(("a", 1)), Request("j", 1, 3)).State;
        var assignment = SchedulerLogic.Assign(state.With(Worker("b", 4)));
        var added = Assert.Single(assignment.Added);
        Assert.Equal((1, "b", "b"), (added.Offer, added.Slots[0].WorkerId, added.Slots[1].WorkerId));
        Assert.Equal(["a", "b", "b"], assignment.State.Held["j"].Workers);
        Assert.Empty(SchedulerLogic.Assign(assignment.State).Added);
    }

    [Fact]
    public void Jobs_that_wait_go_before_jobs_that_would_grow()
    {
        var state = Assign(Workers(("a", 1)), Request("j", 1, 3)).State.With(Request("waits", 2, 2));
        Assert.Empty(SchedulerLogic.Assign(state.With(Worker("b", 1))).Added);
        Assert.Empty(SchedulerLogic.Assign(state.With(Worker("b", 2))).Added);
        Assert.Single(SchedulerLogic.Assign(state.With(Worker("b", 3))).Added);
    }

    [Fact]
    public void What_a_job_says_it_holds_stands_for_what_was_known()
    {
        var state = Workers(("a", 2)).With(new HoldSlots("j", ["a"], 1, 0, 0));
        Assert.Equal(1, state.Free);
        Assert.Equal("needs 2 slots, 1 free of 2", Assert.Single(SchedulerLogic.Assign(state.With(Request("i", 2, 2))).Waiting).Why);
        Assert.Equal(2, state.With(new HoldSlots("j", [], 1, 0, 0)).Free);
    }

    [Fact]
    public void A_job_that_has_not_heard_of_its_latest_offer_is_behind()
    {
        var state = SchedulerLogic.Assign(Assign(Workers(("a", 1)), Request("j", 1, 2)).State.With(Worker("b", 1))).State;
        Assert.True(state.IsAhead(new HoldSlots("j", ["a"], 2, 0, 0)));
        Assert.False(state.IsAhead(new HoldSlots("j", ["a", "b"], 2, 0, 1)));
        Assert.False(SchedulerState.Empty.IsAhead(new HoldSlots("j", ["a"], 2, 0, 0)));
    }

    [Fact]
    public void Nothing_of_a_suspect_is_granted_until_it_registers_again()
    {
        var state = Workers(("a", 1), ("b", 1)).WithSuspect("a");
        Assert.Equal(["b"], Slots(Assign(state, Request("j", 1, 2)), "j"));
        Assert.Equal((1, 1), (state.Free, state.Capacity));
        Assert.Equal(2, state.With(Worker("a", 1)).Free);
    }

    [Fact]
    public void A_job_gets_the_workers_that_hold_its_replicas_and_comes_before_its_equals()
    {
        var assignment = Assign(Workers(("a", 1), ("b", 1), ("c", 1)), Request("new", 1, 1), Request("back", 2, 2) with { Preferred = ["c", "b"] });
        Assert.Equal(["b", "c"], Slots(assignment, "back"));
        Assert.Equal(["a"], Slots(assignment, "new"));
    }

    [Fact]
    public void What_is_free_goes_to_whoever_holds_least()
    {
        RequestSlots Trial(string job, string sweep) => Request(job, 1, 1) with { Owner = sweep };
        var state = Assign(Workers(("a", 4)), Trial("s1", "s"), Trial("s2", "s"), Trial("s3", "s"), Trial("s4", "s"), Trial("s5", "s"), Trial("t1", "t"), Trial("t2", "t"), Request("j", 1, 1)).State;
        Assert.Equal(["j", "s1", "s2", "t1"], state.Held.Keys);

        state = SchedulerLogic.Assign(state.Without("s1")).State;
        Assert.Equal(["j", "s2", "s3", "t1"], state.Held.Keys.Order());
        state = SchedulerLogic.Assign(state.Without("j")).State;
        Assert.Equal((2, 2), (state.HeldBy("s"), state.HeldBy("t")));
    }

    [Fact]
    public void Priority_goes_before_fairness() =>
        Assert.Equal(["s1", "s2", "t1"], Assign(Workers(("a", 3)), Request("t1", 1, 1), Request("t2", 1, 1), Request("s1", 1, 1, priority: 1) with { Owner = "s" }, Request("s2", 1, 1, priority: 1) with { Owner = "s" }).State.Held.Keys.Order());

    [Fact]
    public void Jobs_that_come_together_share_what_is_beyond_their_minimum_and_lie_together()
    {
        var assignment = Assign(Workers(("a", 2), ("b", 2)), Request("i", 1, 4), Request("j", 1, 4));
        Assert.Equal(["a", "a"], Slots(assignment, "i"));
        Assert.Equal(["b", "b"], Slots(assignment, "j"));
    }

    [Fact]
    public void Slots_that_were_just_given_back_are_granted_and_not_grown_into()
    {
        var state = Assign(Workers(("a", 2)), Request("i", 1, 2), Request("j", 1, 1)).State.Without("j");
        Assert.Empty(SchedulerLogic.Assign(state, mayGrow: false).Added);
        Assert.Equal(["a"], Slots(SchedulerLogic.Assign(state.With(Request("k", 1, 2)), mayGrow: false), "k"));
        Assert.Single(SchedulerLogic.Assign(state).Added);
    }

    [Fact]
    public void Of_those_that_grow_whoever_holds_least_goes_first()
    {
        var state = Assign(Workers(("a", 3)), Request("s1", 1, 1) with { Owner = "s" }, Request("s2", 1, 1) with { Owner = "s" }, Request("j", 1, 1)).State;
        var grown = SchedulerLogic.Assign(state with { Held = state.Held.SetItem("s1", state.Held["s1"] with { Max = 9 }).SetItem("j", state.Held["j"] with { Max = 9 }) } with { Workers = Workers(("a", 6)).Workers });
        Assert.Equal([("j", 2), ("s1", 1)], grown.Added.Select(added => (added.JobId, added.Slots.Count)));
    }

    static SchedulerState Workers(params (string Id, int Slots)[] workers) => workers.Aggregate(SchedulerState.Empty, (state, worker) => state.With(Worker(worker.Id, worker.Slots)));
    static RegisterWorker Worker(string id, int slots) => new(id, ActorRefs.Nobody, slots, "cpu", "127.0.0.1", 7000);
    static RequestSlots Request(string job, int min, int max, int priority = 0) => new(job, min, max, priority);
    static Assignment Assign(SchedulerState state, params RequestSlots[] requests) => SchedulerLogic.Assign(requests.Aggregate(state, (known, request) => known.With(request)));
    static IEnumerable<string> Slots(Assignment assignment, string job) => assignment.Granted.Single(grant => grant.JobId == job).Slots.Select(slot => slot.WorkerId);
}
