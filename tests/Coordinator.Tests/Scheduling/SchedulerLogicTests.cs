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

    static SchedulerState Workers(params (string Id, int Slots)[] workers) => workers.Aggregate(SchedulerState.Empty, (state, worker) => state.With(Worker(worker.Id, worker.Slots)));
    static RegisterWorker Worker(string id, int slots) => new(id, ActorRefs.Nobody, slots, "cpu", "127.0.0.1", 7000);
    static RequestSlots Request(string job, int min, int max, int priority = 0) => new(job, min, max, priority);
    static Assignment Assign(SchedulerState state, params RequestSlots[] requests) => SchedulerLogic.Assign(requests.Aggregate(state, (known, request) => known.With(request)));
    static IEnumerable<string> Slots(Assignment assignment, string job) => assignment.Granted.Single(grant => grant.JobId == job).Slots.Select(slot => slot.WorkerId);
}
