using Convoy.Augmentation.Streaming;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Gradients;
using Convoy.Worker.Training;
using Microsoft.Extensions.Hosting;
using static TorchSharp.torch;

namespace Convoy.Bench;

/// <summary>What telemetry costs a training: one replica, whose epochs have it and have it not by turns, so that whatever else the machine does
/// befalls both alike. Counted is the time that the whole process computes, exporting included: where others want the processors, too, waiting for them
/// would drown it.</summary>
/// <param name="steps">In an epoch.</param>
internal sealed class TelemetryCost(int steps) : IReplicaProbe, IDisposable
{
    const int Settling = 30; // first steps of an epoch that are not counted

    readonly List<double> _epochs = [];
    IHost? _telemetry;
    TimeSpan _began;

    /// <summary>Medians of the epochs without and with it, in milliseconds of computing a step, and the median of the differences within pairs, in percent.</summary>
    public static (double Without, double With, double Percent) Run(int pairs, int steps)
    {
        using var cost = new TelemetryCost(steps);
        cost.Train(2 * pairs + 2);
        var epochs = cost._epochs.Skip(2).Take(2 * pairs).ToList();
        var differences = epochs.Chunk(2).Select((pair, number) => number % 2 == 0 ? pair[1] / pair[0] : pair[0] / pair[1]);
        return (Median(epochs.Where((_, epoch) => !HasIt(epoch))), Median(epochs.Where((_, epoch) => HasIt(epoch))), 100 * (Median(differences) - 1));
    }

    // Without, with; with, without; ...
    static bool HasIt(int epoch) => epoch % 4 is 1 or 2;

    void Train(int epochs)
    {
        set_num_threads(1);
        var spec = Nets.Spec("mnist", Precision.Float32, steps, frozen: false) with { Epochs = epochs, Checkpoint = new CheckpointSpec { Select = Selection.Last } };
        var data = Synthetic.Of(Nets.Input("mnist"), spec.BatchSize * steps, 10);
        using var replica = new Replica(spec, new SoloCollective()) { Probe = this };
        using var control = new ReplicaControl();
        var report = new Reporter(new World("bench", 1, [], []), 0, _ => { }, TimeProvider.System);
        using var loop = new TrainingLoop(spec, new LocalFeed(data, spec), replica, new Loops.NoStore(), control, report, TimeProvider.System);
        loop.Run(new TrainingState());
    }

    /// <inheritdoc/>
    public void Enter(ReplicaPhase phase, int rank, long step)
    {
        var number = (int)(step - 1) % steps;
        if (phase == ReplicaPhase.BatchWait && number == Settling) _began = Environment.CpuUsage.TotalTime;
        if (phase != ReplicaPhase.Evaluation) return;
        _epochs.Add((Environment.CpuUsage.TotalTime - _began).TotalMilliseconds / (steps - Settling));
        Switch(HasIt(_epochs.Count - 2));
    }

    // Between epochs; the two first ones are not counted.
    void Switch(bool on)
    {
        _telemetry?.Dispose();
        _telemetry = on ? Telemetry.Start() : null;
    }

    static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    /// <inheritdoc/>
    public void Dispose() => _telemetry?.Dispose();
}
