using Akka.Actor;
using Convoy.Coordinator.Scheduling;
using Convoy.Shared.Protocol;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Convoy.Coordinator.Tests.Scheduling;

/// <summary>Who gives up slots, and for whom.</summary>
public sealed class FairnessTests
{
    [Fact]
    public void A_job_that_has_grown_gives_up_slots_until_it_and_two_sweeps_share_them()
    {
        var cluster = Cluster.Of(4, Job("j", max: 4)).Ask(Trial("s1"), Trial("s2"), Trial("t1"), Trial("t2"));
        Assert.Equal([("j", 2)], cluster.Asked);
        Assert.Equal("other jobs are giving up slots for it", cluster.Why("s1"));
        cluster.Obey("j");
        Assert.Equal([("j", 2), ("s1", 1), ("t1", 1)], cluster.Held);
        Assert.Empty(cluster.Asked);
    }

    [Fact]
    public void A_job_keeps_its_minimum()
    {
        var cluster = Cluster.Of(4, Job("j", min: 3, max: 4)).Ask(Job("i"), Job("k"));
        Assert.Equal([("j", 3)], cluster.Asked);
        cluster.Obey("j");
        Assert.Equal([("i", 1), ("j", 3)], cluster.Held);
        Assert.Empty(cluster.Asked);
    }

    [Fact]
    public void No_more_is_given_up_than_those_that_wait_need()
    {
        var cluster = Cluster.Of(8, Job("j", max: 8)).Ask(Job("i", min: 2, max: 8));
        cluster.Obey("j");
        Assert.Equal([("i", 2), ("j", 6)], cluster.Held);
    }

    [Fact]
    public void Nobody_gives_up_anything_where_all_of_it_would_not_be_enough()
    {
        var cluster = Cluster.Of(4, Job("j", min: 2, max: 3), Job("k")).Ask(Job("large", min: 3, max: 3));
        Assert.Empty(cluster.Asked);
        Assert.Equal("needs 3 slots, 0 free of 4", cluster.Why("large"));
    }

    [Fact]
    public void What_is_asked_for_is_said_once_and_taken_back_when_nobody_waits_any_more()
    {
        var cluster = Cluster.Of(4, Job("j", max: 4)).Ask(Trial("s1"));
        Assert.Equal([new GiveUpSlots("j", 3)], cluster.Last.GivenUp);
        cluster.Ask(Trial("s2"));
        Assert.Equal([new GiveUpSlots("j", 2)], cluster.Last.GivenUp);
        cluster.Assign();
        Assert.Empty(cluster.Last.GivenUp);
        cluster.End("s1").End("s2");
        Assert.Equal([new GiveUpSlots("j", 4)], cluster.Last.GivenUp);
    }

    [Fact]
    public void Nobody_grows_while_others_wait()
    {
        var cluster = Cluster.Of(4, Job("j", max: 4)).Ask(Trial("s1"), Trial("s2"), Trial("s3")).Obey("j");
        Assert.Equal([("j", 2), ("s1", 1), ("s2", 1)], cluster.Held);
        Assert.Equal([("j", 2), ("s2", 1), ("s3", 1)], cluster.End("s1").Held);
        Assert.Equal([("j", 3), ("s3", 1)], cluster.End("s2").Held);
    }

    [Fact]
    public void A_job_that_holds_less_than_a_sweep_takes_what_a_trial_gives_back_before_the_next_trial()
    {
        var cluster = Cluster.Of(6, Trial("s1"), Trial("s2"), Trial("s3"), Trial("s4"), Job("k")).Ask(Job("j", max: 4), Trial("s5"), Trial("s6"));
        Assert.Equal([("j", 2), ("k", 1), ("s2", 1), ("s3", 1), ("s4", 1)], cluster.End("s1").Held);
        Assert.Equal([("j", 2), ("k", 1), ("s3", 1), ("s4", 1), ("s5", 1)], cluster.End("s2").Held);
    }

    [Fact]
    public void Of_two_jobs_that_have_grown_whoever_holds_more_gives_up_and_is_not_changed_for_the_other()
    {
        var cluster = Cluster.Of(6, Job("i", max: 2), Job("j", max: 4)).Ask(Job("k"));
        Assert.Equal([("j", 3)], cluster.Asked);
        cluster.Claim("j").Ask(Job("l"));
        Assert.Equal([("j", 2)], cluster.Asked);
    }

    [Fact]
    public void A_trial_makes_room_for_the_next_of_its_own_sweep() =>
        Assert.Equal([("s1", 2)], Cluster.Of(4, Trial("s1") with { Max = 4 }).Ask(Trial("s2"), Trial("s3")).Asked);

    [Fact]
    public void A_higher_priority_stops_jobs_of_a_lower_one_that_hold_no_more_than_they_need()
    {
        var cluster = Cluster.Of(3, Trial("s1"), Trial("s2"), Trial("s3")).Ask(Job("urgent", min: 2, max: 2, priority: 5));
        Assert.Equal([("s1", 0), ("s2", 0)], cluster.Asked);
        cluster.Obey("s1").Obey("s2");
        Assert.Equal([("s3", 1), ("urgent", 2)], cluster.Held);
        Assert.Equal([("s1", 1), ("s2", 1), ("s3", 1)], cluster.End("urgent").Held);
    }

    [Fact]
    public void Nobody_is_stopped_for_an_equal() => Assert.Empty(Cluster.Of(2, Trial("s1"), Trial("s2")).Ask(Job("j")).Asked);

    [Fact]
    public void Who_has_more_than_it_needs_gives_before_anybody_stops_and_gives_only_what_stopping_does_not_bring()
    {
        Assert.Equal([("rich", 1)], Cluster.Of(3, Job("poor"), Job("rich", max: 2)).Ask(Job("urgent", priority: 5)).Asked);
        Assert.Equal([("poor", 0)], Cluster.Of(4, Job("poor", min: 2, max: 2), Job("rich", max: 2, priority: 5)).Ask(Job("urgent", min: 2, max: 2, priority: 5)).Asked);
    }

    [Fact]
    public void The_lowest_priority_makes_room_first() =>
        Assert.Equal([("low", 0)], Cluster.Of(2, Job("middle", priority: 1), Job("low")).Ask(Job("urgent", priority: 5)).Asked);

    [Fact]
    public void A_higher_priority_gives_what_it_has_beyond_its_minimum_to_those_that_hold_nothing()
    {
        var cluster = Cluster.Of(4, Job("urgent", max: 4, priority: 5)).Ask(Trial("s1"), Trial("s2")).Obey("urgent");
        Assert.Equal([("s1", 1), ("urgent", 3)], cluster.Held);
        Assert.Empty(cluster.Asked);
    }

    [Fact]
    public void A_job_that_did_not_say_its_minimum_is_asked_for_nothing()
    {
        var state = Cluster.Workers(2).With(new HoldSlots("older", ["w0", "w1"], 2, 0, 0)).With(Job("urgent", priority: 5));
        Assert.Empty(SchedulerLogic.Assign(state).GivenUp);
    }

    [Fact]
    public void What_a_job_gave_back_is_not_granted_to_a_lower_priority_as_long_as_it_rests()
    {
        var state = Cluster.Workers(1).With(Job("low"));
        var resting = SchedulerLogic.Assign(state, floor: 5);
        Assert.Empty(resting.Granted);
        Assert.Equal("gives those of a higher priority a moment to come back", Assert.Single(resting.Waiting).Why);
        Assert.Equal("high", Assert.Single(SchedulerLogic.Assign(state.With(Job("high", priority: 5)), floor: 5).Granted).JobId);
        Assert.Equal("low", Assert.Single(SchedulerLogic.Assign(state).Granted).JobId);
    }

    [Fact]
    public void Whoever_holds_least_comes_before_one_with_replicas_in_memory()
    {
        var cluster = Cluster.Of(2, Trial("s1"), Trial("t1")).Ask(Trial("s2") with { Preferred = ["w0"] }, Job("j"));
        Assert.Equal([("j", 1), ("s1", 1)], cluster.End("t1").Held);
    }

    [Fact]
    public void Of_a_thousand_trials_as_many_are_looked_at_as_there_are_slots()
    {
        var cluster = Cluster.Of(4).Ask([.. Enumerable.Range(0, 1000).Select(trial => Job($"s{trial}") with { Owner = "s" }), Job("j")]);
        Assert.Equal([("j", 1), ("s0", 1), ("s1", 1), ("s2", 1)], cluster.Held);
        Assert.Equal(997, cluster.Last.Waiting.Count);
    }

    // What happens: a job comes (0 to 5), one ends (6, 7), one gives up what it was asked for (8 to 11).
    static Gen<(int What, int Which, int Min, int More, int Priority)[]> Stories =>
        Gen.Choose(0, 11).SelectMany(what => Gen.Choose(0, 99).SelectMany(which => Gen.Choose(1, 4).SelectMany(min => Gen.Choose(0, 4).SelectMany(more => Gen.Choose(0, 2).Select(priority => (what, which, min, more, priority)))))).ArrayOf(40);

    [Property(MaxTest = 300)]
    public Property Whatever_happens_no_slot_is_held_twice_nobody_runs_below_its_minimum_and_all_have_their_turn() => Prop.ForAll(Stories.ToArbitrary(), story =>
    {
        var cluster = Cluster.Of(6);
        foreach (var (what, which, min, more, priority) in story)
        {
            if (what < 6) cluster.Ask(new RequestSlots($"j{cluster.Submitted:D3}", min, min + more, priority, Owner: which % 2 == 0 ? $"sweep{which % 3}" : null));
            else if (what < 8 && cluster.Held.Count > 0) cluster.End(cluster.Held[which % cluster.Held.Count].Job);
            else if (cluster.Asked.Count > 0) cluster.Obey(cluster.Asked[which % cluster.Asked.Count].Job);
            if (!cluster.IsSound) return false;
        }
        while (cluster.Asked.Count > 0)
        {
            cluster.Obey(cluster.Asked[0].Job);
            if (!cluster.IsSound) return false;
        }
        if (!cluster.IsFairToTheFirst) return false;
        while (cluster.Held.Count > 0)
        {
            cluster.End(cluster.Held[0].Job);
            while (cluster.Asked.Count > 0) cluster.Obey(cluster.Asked[0].Job);
            if (!cluster.IsSound) return false;
        }
        return cluster.NeverServed.Count == 0;
    });

    static RequestSlots Job(string id, int min = 1, int max = 1, int priority = 0) => new(id, min, Math.Max(min, max), priority);

    // "s2" is the third trial of sweep "s".
    static RequestSlots Trial(string id) => Job(id) with { Owner = id[..1] };

    /// <summary>A scheduler and jobs that do what it says, one slot a worker.</summary>
    sealed class Cluster
    {
        readonly Dictionary<string, RequestSlots> _requests = [];
        readonly HashSet<string> _served = [];
        SchedulerState _state = SchedulerState.Empty;

        public Assignment Last { get; private set; } = null!;
        public int Submitted => _requests.Count;
        public IReadOnlyList<(string Job, int Slots)> Held => [.. _state.Held.Where(held => held.Value.Workers.Count > 0).Select(held => (held.Key, held.Value.Workers.Count))];
        public IReadOnlyList<(string Job, int Keep)> Asked => [.. _state.Held.Where(held => held.Value.Asked is not null).Select(held => (held.Key, held.Value.Asked!.Value))];
        public IReadOnlyList<string> NeverServed => [.. _requests.Keys.Except(_served)];

        public static SchedulerState Workers(int slots) => Enumerable.Range(0, slots).Aggregate(SchedulerState.Empty, (state, id) => state.With(new RegisterWorker($"w{id}", ActorRefs.Nobody, 1, "cpu", "127.0.0.1", 7000)));

        /// <summary>With these jobs in as many slots as they can use.</summary>
        public static Cluster Of(int slots, params RequestSlots[] running) => new Cluster { _state = Workers(slots) }.Ask(running);

        public Cluster Ask(params RequestSlots[] requests)
        {
            foreach (var request in requests) _state = _state.With(_requests[request.JobId] = request);
            return Assign();
        }

        public Cluster End(string job)
        {
            _state = _state.Without(job);
            return Assign();
        }

        /// <summary>Says what it holds, as jobs do now and then.</summary>
        public Cluster Claim(string job) => Hold(job, _state.Held[job].Workers.Count);

        /// <summary>Does what it was asked: goes on with fewer, or stops and waits again.</summary>
        public Cluster Obey(string job)
        {
            var keep = _state.Held[job].Asked!.Value;
            return keep >= _requests[job].Min ? Hold(job, keep) : Ask(_requests[job]);
        }

        public Cluster Assign()
        {
            Last = SchedulerLogic.Assign(_state);
            _state = Last.State;
            _served.UnionWith(Last.Granted.Select(grant => grant.JobId));
            return this;
        }

        public string Why(string job) => Last.Waiting.Single(waiting => waiting.JobId == job).Why;

        public bool IsSound =>
            _state.Held.Values.SelectMany(held => held.Workers).GroupBy(worker => worker).All(worker => worker.Count() == 1)
            && Held.All(held => held.Slots >= _requests[held.Job].Min && held.Slots <= _requests[held.Job].Max)
            && Asked.All(asked => asked.Keep >= _requests[asked.Job].Min || asked.Keep == 0 && _state.Queue.Any(waiting => waiting.Priority > _requests[asked.Job].Priority))
            && !(_state.Queue.Any(waiting => waiting.Min <= _state.Free) && Last.Waiting.All(waiting => !waiting.Why.StartsWith("waits behind", StringComparison.Ordinal)));

        /// <summary>Whether one that holds nothing, and that nobody comes before, would have its minimum if others had only theirs.</summary>
        public bool IsFairToTheFirst
        {
            get
            {
                var first = _state.Queue.OrderByDescending(waiting => waiting.Priority).ThenBy(waiting => _state.HeldBy(SchedulerState.OwnerOf(waiting))).FirstOrDefault();
                return first is null || _state.HeldBy(SchedulerState.OwnerOf(first)) > 0 || _state.Free + Held.Sum(held => held.Slots - _requests[held.Job].Min) < first.Min;
            }
        }

        Cluster Hold(string job, int slots)
        {
            var (held, request) = (_state.Held[job], _requests[job]);
            _state = _state.With(new HoldSlots(job, [.. held.Workers.Take(slots)], request.Max, request.Priority, held.Offer, request.Owner, request.Min));
            return Assign();
        }
    }
}
