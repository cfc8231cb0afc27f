using Akka.Actor;
using Convoy.Coordinator.Jobs;
using Convoy.Coordinator.Scheduling;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Tests.Scheduling;

/// <summary>Specs that use words which workers of another release do not know.</summary>
public sealed class VocabularyTests
{
    [Fact]
    public void A_job_gets_slots_only_of_workers_that_know_its_words()
    {
        var assignment = SchedulerLogic.Assign(Workers.With(Job(1, 2, "loop.ema")));
        Assert.Equal(["newer"], Assert.Single(assignment.Granted).Slots.Select(slot => slot.WorkerId));
        Assert.Empty(SchedulerLogic.Assign(assignment.State).Added);
    }

    [Fact]
    public void A_job_whose_words_nobody_knows_waits_and_says_for_what()
    {
        var waits = Assert.Single(SchedulerLogic.Assign(Workers.With(Job(1, 1, "loop.swa"))).Waiting);
        Assert.Equal("needs 1 slot, 0 free of 0 on the workers that it can use; waits for workers that know loop.swa: 2 workers (newer, older) do not, upgrade them to this coordinator's release", waits.Why);
        Assert.False(waits.OnlyLeftOut); // which would end the job
    }

    [Fact]
    public void A_job_that_waits_goes_on_when_a_worker_comes_that_knows_its_words()
    {
        var waiting = SchedulerLogic.Assign(Workers.With(Job(1, 1, "loop.swa"))).State;
        var granted = Assert.Single(SchedulerLogic.Assign(waiting.With(Worker("newest", ["loop.ema", "loop.swa"]))).Granted);
        Assert.Equal("newest", Assert.Single(granted.Slots).WorkerId);
    }

    [Fact]
    public void A_job_that_runs_is_not_offered_workers_that_do_not_know_its_words() =>
        Assert.Empty(SchedulerLogic.Assign(Workers.With(new HoldSlots("a", ["newer"], 2, 0, 0, Uses: ["loop.ema"]))).Added);

    [Fact]
    public void A_job_of_known_words_runs_anywhere() =>
        Assert.Equal(2, Assert.Single(SchedulerLogic.Assign(Workers.With(Job(2, 2))).Granted).Slots.Count);

    [Fact]
    public void A_plan_knows_the_later_words_that_its_spec_uses()
    {
        Assert.Null(JobPlan.Of(Spec("")).Uses);
        Assert.Equal(["world.max_wait"], JobPlan.Of(Spec("world: {max_wait: 60}")).Uses);
    }

    static TrainingSpec Spec(string more) => SpecReader.Read($"data: {{kind: digits}}\nmodel: {{input: [28, 28, 1], layers: [flatten, {{dense: {{units: 10, activation: softmax}}}}]}}\n{more}", "test");

    static SchedulerState Workers => SchedulerState.Empty.With(Worker("newer", ["loop.ema"])).With(Worker("older", null));

    static RegisterWorker Worker(string id, IReadOnlyList<string>? words) => new(id, ActorRefs.Nobody, 1, "cpu", "h", 1, Words: words);

    static RequestSlots Job(int min, int max, params string[] uses) => new("a", min, max, 0, Uses: uses.Length == 0 ? null : uses);
}
