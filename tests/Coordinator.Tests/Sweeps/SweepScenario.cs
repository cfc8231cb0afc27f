using Convoy.Coordinator.Sweeps;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

/// <summary>A sweep told as a story, with jobs that train when it wants them to.</summary>
sealed class SweepScenario
{
    public const string Yaml = """
        name: story
        base:
          data: {kind: digits}
          epochs: 4
          model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 16}}, {dense: {units: 10, activation: softmax}}]}
        space:
          optimizer.lr: {kind: log, low: 0.0001, high: 0.1}
          model.layers[1].units: {kind: choice, values: [8, 16, 32, 64]}
        strategy: {kind: asha, reduction: 2}
        budget: {trials: 8}

        """;

    sealed class Job
    {
        public int Epochs, WorldSize = 2;
        public int? Until;
        public JobPhase Phase = JobPhase.Running;
    }

    readonly SweepLogic _logic;
    readonly SubmitSweep _command;
    readonly Dictionary<int, Job> _jobs = [];

    public SweepScenario(params string[] overrides)
    {
        Spec = SweepReader.Read(Yaml, "sweep.yaml", overrides);
        _logic = new SweepLogic(Spec);
        _command = new SubmitSweep("s", SweepWriter.Write(Spec), "/sweeps/s");
    }

    public SweepSpec Spec { get; }
    public SweepState State { get; private set; } = SweepState.Empty;
    public List<ISweepEvent> Journal { get; } = [];
    public SweepDecision Last { get; private set; } = SweepDecision.None;
    public double Clock { get; set; }
    /// <summary>Epochs that jobs have trained.</summary>
    public int Trained { get; private set; }
    /// <summary>New processes that had to read the journal.</summary>
    public int Kills { get; private set; }
    /// <summary>Jobs that were submitted.</summary>
    public List<int> Submitted { get; } = [];
    /// <summary>Trials of whose jobs it hears.</summary>
    public HashSet<int> Followed { get; } = [];
    public Func<Assignment, int, double> Accuracy { get; init; } = (values, epoch) => 1 - 0.1 * Math.Abs(Math.Log10(values.Number("optimizer.lr")) + 2.3) - 1.0 / (values.Number("model.layers[1].units") * (epoch + 1));

    public SweepScenario Begin() => Take(_logic.Begin(_command, SweepPlan.Of(Spec, _logic.Epochs, 0)));

    public SweepScenario Then(object input) => Take(_logic.Decide(State, input, Clock));

    /// <summary>A new process that reads the journal; what was to be done and was not, is lost.</summary>
    public SweepScenario Restart()
    {
        State = SweepState.Empty.Apply(Journal);
        Followed.Clear();
        return Then(new SweepRestarted());
    }

    public IReadOnlyList<int> Running => [.. _jobs.Where(job => job.Value.Phase == JobPhase.Running).Select(job => job.Key).Order()];

    /// <summary>A trial's job trains an epoch; the sweep may not hear of it.</summary>
    public TrialNews Train(int trial)
    {
        var job = _jobs[trial];
        Assert.Equal(JobPhase.Running, job.Phase);
        (job.Epochs, Trained) = (job.Epochs + 1, Trained + 1);
        if (job.Epochs == _logic.Epochs) job.Phase = JobPhase.Completed;
        else if (job.Epochs >= job.Until) job.Phase = JobPhase.Paused;
        return News(trial);
    }

    /// <summary>How a trial's job stands.</summary>
    public TrialNews News(int trial, JobPhase? phase = null, string? why = null)
    {
        var job = _jobs[trial];
        job.Phase = phase ?? job.Phase;
        var values = State.Trials[trial].Values;
        var history = Enumerable.Range(1, job.Epochs).Select(epoch => new EpochMetrics(epoch, new Metrics(1, 0.5, 100), new Metrics(1, Accuracy(values, epoch), 20), 2, 50)).ToList();
        return new(trial, new JobView(State.JobOf(trial), "t", job.Phase, why, 1, job.WorldSize, 0, 0, _logic.Epochs, history, null, job.Phase == JobPhase.Completed ? new Metrics(0.1, 0.97, 20) : null, ""));
    }

    /// <summary>Runs it to its end, the next to train drawn from a seed; killed, or deaf to a job's news, as often as told.</summary>
    public SweepScenario Run(int seed = 1, double kills = 0)
    {
        var random = SeededRandom.Of("sweep story", seed);
        if (State.IsEmpty) Begin();
        while (!State.HasEnded)
        {
            var killed = random.NextBool(kills);
            var running = Running;
            Assert.True(running.Count > 0 || killed || State.Phase == SweepPhase.Closing, $"{State.Phase} and nothing runs");
            if (running.Count > 0)
            {
                var news = Train(running[random.NextInt(running.Count)]);
                if (!killed) Then(news);
                else if (random.NextBool(0.5)) TakeLost(_logic.Decide(State, news, Clock));
            }
            if (!killed) continue;
            Kills++;
            Restart();
            foreach (var trial in State.RunningTrials.Select(trial => trial.Number).ToList()) Then(News(trial));
        }
        return this;
    }

    // Journalled, but the process ends before it does anything.
    void TakeLost(SweepDecision decision) => Journal.AddRange(decision.Events.OfType<ISweepJournalled>());

    SweepScenario Take(SweepDecision decision)
    {
        Last = decision;
        Journal.AddRange(decision.Events.OfType<ISweepJournalled>());
        State = State.Apply(decision.Events);
        foreach (var effect in decision.Effects) Do(effect);
        return this;
    }

    void Do(ISweepEffect effect)
    {
        switch (effect)
        {
            case LeaveTrial leave:
                Followed.Remove(leave.Trial);
                break;
            case TrainTrial train:
                Followed.Add(train.Trial);
                if (_jobs.TryAdd(train.Trial, new Job())) Submitted.Add(train.Trial);
                var job = _jobs[train.Trial];
                job.Until = train.Until;
                if (job.Phase == JobPhase.Paused && (train.Until is null || job.Epochs < train.Until)) job.Phase = JobPhase.Running;
                break;
            case PauseTrial pause:
                Followed.Add(pause.Trial);
                if (_jobs[pause.Trial].Phase == JobPhase.Running) _jobs[pause.Trial].Phase = JobPhase.Paused;
                break;
            case EndTrial end:
                Followed.Add(end.Trial);
                if (_jobs[end.Trial].Phase != JobPhase.Completed) _jobs[end.Trial].Phase = JobPhase.Cancelled;
                Then(new TrialGone(end.Trial));
                break;
            case WriteResults:
                Then(new ResultsWritten());
                break;
        }
    }
}
