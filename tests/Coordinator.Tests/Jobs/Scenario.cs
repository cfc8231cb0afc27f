using Akka.Actor;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Jobs;

/// <summary>A job told as a story: inputs one after another, the state and the last decision to look at.</summary>
sealed class Scenario
{
    public static readonly JobPlan Plan = new("digits", MinWorld: 1, MaxWorld: 2, Epochs: 3, KeepCheckpoints: 1);
    public JobState State { get; private set; } = JobState.Empty;
    public Decision Last { get; private set; } = Decision.None;
    public List<IJobEvent> Events { get; } = [];

    public static Scenario Submitted() => new Scenario().Then(new Submission(new SubmitJob("a", "spec", "/runs/a"), Plan));
    public static Scenario Formed(int ranks = 2) => Submitted().Then(Granted(ranks));
    public static Scenario Running(int ranks = 2) => Formed(ranks).ThenEach(ranks, rank => Ready(1, rank));
    public static Scenario Saved() => Running().Then(Checkpoint(1, 10, 1)).Then(Epoch(1, 1, 0.5));
    public static Scenario Paused() => Saved().Then(new PauseJob("a")).ThenEach(2, rank => new ReplicaPaused("a", 1, rank, 12));
    public static Scenario Completed() => Saved().ThenEach(2, rank => Finished(1, rank));

    public Scenario Then(object input)
    {
        Last = JobLogic.Decide(State, input);
        Events.AddRange(Last.Events);
        State = Last.Events.Aggregate(State, (state, change) => state.Apply(change));
        return this;
    }

    public Scenario ThenEach(int ranks, Func<int, object> input) => Enumerable.Range(0, ranks).Aggregate(this, (scenario, rank) => scenario.Then(input(rank)));

    /// <summary>What a new process makes of the journal.</summary>
    public Scenario Recovered()
    {
        var reborn = new Scenario();
        reborn.Events.AddRange(Events.OfType<IJournalled>());
        reborn.State = reborn.Events.Aggregate(JobState.Empty, (state, change) => state.Apply(change));
        return reborn.Then(new ProcessRestarted());
    }

    public TEffect Effect<TEffect>() where TEffect : IJobEffect => Assert.Single(Last.Effects.OfType<TEffect>());
    public bool Wants<TEffect>() where TEffect : IJobEffect => Last.Effects.OfType<TEffect>().Any();
    public string Refusal => Assert.IsType<JobRefused>(Effect<Answer>().Message).Reason;
    public bool IsAccepted => Effect<Answer>().Message is JobAccepted;
    public bool DidNothing => Last is { Events.Count: 0, Effects.Count: 0 };

    public static SlotsGranted Granted(int ranks = 2) => new("a", [.. Enumerable.Range(0, ranks).Select(rank => Slot($"w{rank}"))]);
    public static Slot Slot(string worker) => new(worker, ActorRefs.Nobody, "127.0.0.1", 7000);
    public static ReplicaReady Ready(int generation, int rank, long step = 0) => new("a", generation, rank, 10, step, ["0", "1"]);
    public static CheckpointWritten Checkpoint(int generation, long step, int epoch, bool end = true) => new("a", generation, step, epoch, Name(step), "sha", 1, end);
    public static string Name(long step) => $"checkpoints/step-{step:D8}.safetensors";
    public static EpochFinished Epoch(int generation, int epoch, double accuracy, double loss = 1) =>
        new("a", generation, epoch * 10, new EpochMetrics(epoch, new Metrics(1, 0.5, 100), new Metrics(loss, accuracy, 20), 2, 50));
    public static ReplicaFinished Finished(int generation, int rank) => new("a", generation, rank, 30, rank == 0 ? new Metrics(0.1, 0.97, 20) : null, Name(10), 9);
    public static ReplicaFailed Failed(int generation, bool fatal = false, string? damaged = null) => new("a", generation, 0, "peer 1 is gone", fatal, damaged);
}
