using System.Net;
using Akka.Actor;
using Convoy.Coordinator.Scheduling;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Tests.Serialization;
using Convoy.Shared.Transport;
using MessagePack;

namespace Convoy.Coordinator.Tests.Scheduling;

public sealed class SchedulerActorTests : IDisposable
{
    readonly ActorSystem _system = ActorSystem.Create("convoy", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    readonly Watcher _jobs = new();
    readonly Watcher _worker = new();
    readonly IActorRef _workerActor;
    readonly IActorRef _scheduler;

    public SchedulerActorTests()
    {
        var jobs = Recorder(_jobs);
        _workerActor = Recorder(_worker);
        _scheduler = _system.ActorOf(Props.Create(() => new SchedulerActor(jobs)));
    }

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task What_a_job_holds_is_not_granted_by_a_scheduler_that_came_after()
    {
        Tell(new HoldSlots("running", ["w1"], 1, 0, 0), Worker("w1", 1), new RequestSlots("other", 1, 1, 0));
        Assert.Equal("needs 1 slot, 0 free of 1", (await _jobs.For<SlotsPending>(pending => pending.JobId == "other" && pending.Why.StartsWith("needs", StringComparison.Ordinal))).Why);
        Assert.Empty(_jobs.All<SlotsGranted>());
    }

    [Fact]
    public async Task A_grant_that_was_not_heard_is_repeated_and_a_request_that_waits_stays()
    {
        var request = new RequestSlots("a", 1, 1, 0);
        Tell(request, request with { Again = true }, Worker("w1", 1), request with { Again = true }, new RequestSlots("end", 9, 9, 0));
        await _jobs.For<SlotsPending>(pending => pending.JobId == "end");
        Assert.Equal(2, _jobs.All<SlotsGranted>().Count);
        Assert.All(_jobs.All<SlotsGranted>(), grant => Assert.Equal("w1", Assert.Single(grant.Slots).WorkerId));
    }

    [Fact]
    public async Task An_offer_that_was_not_heard_is_repeated()
    {
        Tell(Worker("w1", 1), new RequestSlots("a", 1, 2, 0), Worker("w2", 1), new HoldSlots("a", ["w1"], 2, 0, 0), new HoldSlots("a", ["w1", "w2"], 2, 0, 1), new RequestSlots("end", 9, 9, 0));
        await _jobs.For<SlotsPending>(pending => pending.JobId == "end");
        Assert.Equal([(1, "w2"), (1, "w2")], _jobs.All<SlotsAdded>().Select(added => (added.Offer, Assert.Single(added.Slots).WorkerId)));
    }

    [Fact]
    public async Task A_worker_that_a_job_holds_but_that_never_comes_is_lost()
    {
        var hold = new HoldSlots("a", ["w7"], 1, 0, 0);
        Tell(hold, hold, new RequestSlots("middle", 9, 9, 0));
        await _jobs.For<SlotsPending>(pending => pending.JobId == "middle");
        Assert.Empty(_jobs.All<SlotsLost>());
        Tell(hold);
        Assert.Equal("w7", (await _jobs.For<SlotsLost>(lost => lost.JobId == "a")).WorkerId);
    }

    [Fact]
    public async Task A_suspected_worker_is_asked_to_register_again_and_one_that_leaves_is_not()
    {
        Tell(Worker("w1", 1), new WorkerSuspected("w1"));
        await _worker.For<RegisterAgain>(again => again.WorkerId == "w1");
        Tell(Worker("w2", 1), new WorkerLeaving("w2"), new RequestSlots("a", 1, 1, 0));
        Assert.Equal("needs 1 slot, 0 free of 0", (await _jobs.For<SlotsPending>(pending => pending.JobId == "a")).Why);
        Assert.Single(_worker.All<RegisterAgain>());
        Tell(Worker("w1", 1));
        Assert.Equal("w1", Assert.Single((await _jobs.For<SlotsGranted>(grant => grant.JobId == "a")).Slots).WorkerId);
    }

    [Fact]
    public async Task A_job_with_more_than_its_share_is_asked_until_it_gives_up_what_another_then_gets()
    {
        var hold = new HoldSlots("a", ["w1", "w1"], 2, 0, 0, Min: 1);
        Tell(Worker("w1", 2), new RequestSlots("a", 1, 2, 0), new RequestSlots("b", 1, 1, 0));
        Assert.Equal(1, (await _jobs.For<GiveUpSlots>(_ => true)).Keep);
        Tell(hold, new RequestSlots("end", 9, 9, 0));
        await _jobs.For<SlotsPending>(pending => pending.JobId == "end");
        Assert.Equal([new GiveUpSlots("a", 1), new GiveUpSlots("a", 1)], _jobs.All<GiveUpSlots>());
        Tell(hold with { Workers = ["w1"] });
        Assert.Single((await _jobs.For<SlotsGranted>(grant => grant.JobId == "b")).Slots);
    }

    [Fact]
    public async Task What_a_job_gives_back_waits_a_moment_for_its_like()
    {
        Tell(Worker("w1", 1), new RequestSlots("a", 1, 1, 5), new RequestSlots("low", 1, 1, 0), new ReleaseSlots("a"), new RequestSlots("b", 1, 1, 5));
        await _jobs.For<SlotsGranted>(grant => grant.JobId == "b");
        Assert.Equal(["a", "b"], _jobs.All<SlotsGranted>().Select(grant => grant.JobId));
        Tell(new ReleaseSlots("b"));
        await _jobs.For<SlotsGranted>(grant => grant.JobId == "low");
    }

    [Fact]
    public async Task A_worker_of_another_wire_version_is_granted_nothing_and_told_so_and_the_job_says_what_it_waits_for()
    {
        Tell(Worker("old", 2) with { Wire = 0 }, new RequestSlots("a", 1, 2, 0));
        Assert.Equal("needs 1 slot, 0 free of 0; waits for workers that speak version 2: worker old is of another, upgrade it to this coordinator's release",
            (await _jobs.For<SlotsPending>(pending => pending.JobId == "a")).Why);
        Assert.Equal(WorldWire.Version, (await _scheduler.Ask<WorkerRegistered>(Worker("old", 2) with { Wire = 1 }, TestContext.Current.CancellationToken)).Wire);
        Assert.Equal((0, true), (await _scheduler.Ask<WorkerList>(new GetWorkers(), TestContext.Current.CancellationToken)).Workers.Select(worker => (worker.Free, worker.Note is not null)).Single());
        Assert.Empty(_jobs.All<SlotsGranted>());

        Tell(Worker("old", 2));
        Assert.Equal(["old", "old"], (await _jobs.For<SlotsGranted>(grant => grant.JobId == "a")).Slots.Select(slot => slot.WorkerId));
    }

    [Fact]
    public async Task A_worker_that_asks_for_the_version_is_answered_before_it_has_a_slot()
    {
        Assert.Equal(WorldWire.Version, (await _scheduler.Ask<WorkerRegistered>(Worker("w1", 0), TestContext.Current.CancellationToken)).Wire);
        Assert.Empty((await _scheduler.Ask<WorkerList>(new GetWorkers(), TestContext.Current.CancellationToken)).Workers);
    }

    [Fact]
    public async Task A_world_of_another_wire_version_is_asked_to_save_and_to_give_all_up()
    {
        Tell(Worker("old", 1) with { Wire = 0 }, Worker("new", 1), new HoldSlots("a", ["old"], 2, 0, 0, Min: 1));
        Assert.Equal(new GiveUpSlots("a", 0), await _jobs.For<GiveUpSlots>(_ => true));
        Assert.Empty(_jobs.All<SlotsAdded>());
    }

    [Fact]
    public void What_an_older_node_says_has_no_wire_version()
    {
        using var wire = new WireSample(typeof(RegisterWorker).Assembly);
        var now = MessagePackSerializer.Deserialize<object[]>(wire.Bytes(typeof(RegisterWorker)), cancellationToken: TestContext.Current.CancellationToken);
        var older = MessagePackSerializer.Serialize(now[..6], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(0, Assert.IsType<RegisterWorker>(wire.Read("sched.register", older)).Wire);
    }

    [Fact]
    public async Task A_worker_whose_data_plane_cannot_be_reached_hears_why_and_gets_no_slots()
    {
        using var plane = DataPlane.Listen(IPAddress.Loopback);
        var port = plane.Port;
        plane.Dispose();
        Tell(Worker("w1", 1) with { Greeting = [1], DataPort = port });

        Assert.Equal($"the coordinator cannot connect to its data plane at 127.0.0.1:{port}: Connection refused; start it with a --public-host and a --data-port by which the other nodes reach it",
            (await _worker.For<WorkerRefused>(refused => refused.WorkerId == "w1")).Why);
        Tell(new RequestSlots("a", 1, 1, 0));
        Assert.Equal("no worker has joined yet", (await _jobs.For<SlotsPending>(pending => pending.JobId == "a")).Why);
    }

    [Fact]
    public async Task A_worker_that_others_cannot_connect_to_is_kept_out_for_a_while_though_the_coordinator_can()
    {
        using var plane = DataPlane.Listen(IPAddress.Loopback);
        using var greeted = plane.Serve(Hello.ToWorker([1]), _ => { }, TimeSpan.FromSeconds(3));
        var worker = Worker("w1", 1) with { Greeting = [1], DataPort = plane.Port };
        Tell(worker);
        await _worker.For<WorkerRegistered>(_ => true);

        Tell(new WorkerSuspected("w1", "rank 0 cannot connect to it"), worker);

        Assert.Equal("rank 0 cannot connect to it", (await _worker.For<WorkerRefused>(_ => true)).Why);
        Tell(new RequestSlots("a", 1, 1, 0));
        Assert.Equal("needs 1 slot, 0 free of 0", (await _jobs.For<SlotsPending>(pending => pending.JobId == "a")).Why);
    }

    IActorRef Recorder(Watcher watcher) => _system.ActorOf(Props.Create(() => new WatcherActor(watcher)));

    RegisterWorker Worker(string id, int slots) => new(id, _workerActor, slots, "cpu", "127.0.0.1", 7000, WorldWire.Version);

    void Tell(params object[] messages)
    {
        foreach (var message in messages) _scheduler.Tell(message, _workerActor);
    }
}
