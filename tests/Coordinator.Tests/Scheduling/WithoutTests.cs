using Akka.Actor;
using Convoy.Coordinator.Scheduling;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Scheduling;

/// <summary>Jobs that do without some workers.</summary>
public sealed class WithoutTests
{
    [Fact]
    public void It_is_granted_slots_of_the_others_only()
    {
        var assignment = SchedulerLogic.Assign(Workers(3).With(Job("a", 1, 3, "w0")));
        Assert.Equal(["w1", "w2"], Assert.Single(assignment.Granted).Slots.Select(slot => slot.WorkerId));
    }

    [Fact]
    public void It_is_offered_slots_of_the_others_only()
    {
        var state = Workers(3).With(new HoldSlots("a", ["w1"], 3, 0, 0, Without: ["w0"]));
        var assignment = SchedulerLogic.Assign(state);
        Assert.Equal(["w2"], Assert.Single(assignment.Added).Slots.Select(slot => slot.WorkerId));
        Assert.Empty(SchedulerLogic.Assign(assignment.State).Added);
    }

    [Fact]
    public void What_it_does_without_is_for_the_jobs_behind_it()
    {
        var assignment = SchedulerLogic.Assign(Workers(2).With(new HoldSlots("c", ["w1"], 1, 0, 0)).With(Job("a", 1, 1, "w0")).With(Job("b", 1, 1)));
        Assert.Equal("b", Assert.Single(assignment.Granted).JobId);
        var waits = Assert.Single(assignment.Waiting);
        Assert.Equal(("a", "needs 1 slot, 0 free of 1 on the workers that it can use", false), (waits.JobId, waits.Why, waits.OnlyLeftOut));
    }

    [Fact]
    public void Two_that_wait_side_by_side_each_get_what_they_can_use()
    {
        var assignment = SchedulerLogic.Assign(Workers(2).With(Job("b", 1, 1)).With(Job("a", 1, 1, "w1")));
        Assert.Equal([("a", "w0"), ("b", "w1")], assignment.Granted.Select(grant => (grant.JobId, grant.Slots[0].WorkerId)).Order());
    }

    [Fact]
    public void It_hears_when_only_what_it_does_without_would_be_enough()
    {
        Assert.True(Assert.Single(SchedulerLogic.Assign(Workers(2).With(Job("a", 2, 2, "w0"))).Waiting).OnlyLeftOut);
        Assert.False(Assert.Single(SchedulerLogic.Assign(Workers(1).With(Job("a", 2, 2, "w0"))).Waiting).OnlyLeftOut);
        Assert.False(Assert.Single(SchedulerLogic.Assign(Workers(0).With(Job("a", 1, 2, "w0"))).Waiting).OnlyLeftOut);
    }

    static SchedulerState Workers(int count) => Enumerable.Range(0, count).Aggregate(SchedulerState.Empty, (state, number) => state.With(new RegisterWorker($"w{number}", ActorRefs.Nobody, 1, "cpu", "h", 1)));

    static RequestSlots Job(string id, int min, int max, params string[] without) => new(id, min, max, 0, Without: without);
}
