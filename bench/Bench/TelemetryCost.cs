using System.Diagnostics;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Gradients;
using Convoy.Worker.Training;
using Microsoft.Extensions.Hosting;
using static TorchSharp.torch;

namespace Convoy.Bench;

/// <summary>Milliseconds a step.</summary>
/// <param name="Elapsed">By the clock.</param>
/// <param name="Computing">Of processors, over the whole process: what is exported is in it, what other processes want is not.</param>
internal readonly record struct StepCost(double Elapsed, double Computing);

/// <summary>What telemetry costs a training: one replica, which has it and has it not by turns, so that whatever else the machine does befalls both
/// alike. Counted are whole epochs of a steady state: exporters start and end, and export for the first time, while it settles.</summary>
/// <param name="pairs">Of a turn without and one with it.</param>
/// <param name="steps">In an epoch.</param>
/// <param name="settling">How long a turn goes uncounted: longer than the longest interval of an exporter.</param>
/// <param name="counted">How long the rest of it is, at least: several of those intervals.</param>
internal sealed class TelemetryCost(int pairs, int steps, TimeSpan settling, TimeSpan counted) : IReplicaProbe, IDisposable
{
    readonly List<StepCost> _turns = [];
    readonly ReplicaControl _control = new();
    IHost? _telemetry;
    long _turn = Stopwatch.GetTimestamp();
    (long Step, long Time, TimeSpan Computing)? _began;

    /// <summary>Medians of the turns without and with it, and of what a turn with it takes more than the other of its pair, in percent.</summary>
    public (StepCost Without, StepCost With, StepCost Percent) Run()
    {
        Train();
        var all = _turns.Skip(1).Chunk(2).Select((pair, number) => HasIt(2 * number) ? (Without: pair[1], With: pair[0]) : (Without: pair[0], With: pair[1])).ToList();
        return (Medians(all.Select(pair => pair.Without)), Medians(all.Select(pair => pair.With)),
            Medians(all.Select(pair => new StepCost(100 * (pair.With.Elapsed / pair.Without.Elapsed - 1), 100 * (pair.With.Computing / pair.Without.Computing - 1)))));
    }

    // Without, with; with, without; ...
    static bool HasIt(int turn) => turn % 4 is 1 or 2;

    void Train()
    {
        set_num_threads(1);
        var spec = Nets.Spec("mnist", Precision.Float32, steps, frozen: false) with { Epochs = int.MaxValue / steps, Checkpoint = new CheckpointSpec { Select = Selection.Last, EveryEpochs = int.MaxValue } };
        var data = Synthetic.Of(Nets.Input("mnist"), spec.BatchSize * steps, 10);
        using var replica = new Replica(spec, new SoloCollective()) { Probe = this };
        var report = new Reporter(new World("bench", 1, [], []), 0, _ => { }, TimeProvider.System);
        using var loop = new TrainingLoop(spec, new LocalFeed(data, spec), replica, new Loops.NoStore(), _control, report, TimeProvider.System);
        loop.Run(new TrainingState());
    }

    /// <inheritdoc/>
    public void Enter(ReplicaPhase phase, int rank, long step)
    {
        if (phase == ReplicaPhase.BatchWait && (step - 1) % steps == 0 && _began is null && Stopwatch.GetElapsedTime(_turn) >= settling)
            _began = (step - 1, Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        if (phase == ReplicaPhase.Evaluation && _began is { } began && Stopwatch.GetElapsedTime(began.Time) >= counted)
            End(began, step);
    }

    // The first turn, in which the program warms up, belongs to no pair.
    void End((long Step, long Time, TimeSpan Computing) began, long step)
    {
        var done = step - began.Step;
        _turns.Add(new(Stopwatch.GetElapsedTime(began.Time).TotalMilliseconds / done, (Environment.CpuUsage.TotalTime - began.Computing).TotalMilliseconds / done));
        _telemetry?.Dispose();
        _telemetry = null;
        if (_turns.Count > 2 * pairs) _control.Ask(StopVote.Pause);
        else if (HasIt(_turns.Count - 1)) _telemetry = Telemetry.Start();
        (_began, _turn) = (null, Stopwatch.GetTimestamp());
    }

    static StepCost Medians(IEnumerable<StepCost> all) => new(Median(all.Select(cost => cost.Elapsed)), Median(all.Select(cost => cost.Computing)));

    static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _telemetry?.Dispose();
        _control.Dispose();
    }
}
