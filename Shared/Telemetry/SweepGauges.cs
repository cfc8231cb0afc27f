using System.Diagnostics.Metrics;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Telemetry;

/// <summary>Gauges of sweeps.</summary>
static class SweepGauges
{
    public static LiveSeries<SweepView> On(Meter meter) => new LiveSeries<SweepView>(meter)
        .With("convoy.sweep.trials", "{trial}", "Trials of a sweep, by state.", Trials)
        .With("convoy.sweep.epochs", "{epoch}", "Epochs that a sweep's trials have trained, all together.", sweep => [Of(sweep, sweep.Spent.Epochs ?? 0)])
        .With("convoy.sweep.objective", "1", "The objective of a sweep's best trial so far.", sweep => sweep.Best?.Objective is { } best ? [Of(sweep, best)] : []);

    static IEnumerable<Measurement<double>> Trials(SweepView sweep) =>
    [
        Of(sweep, sweep.Counts.Running, Instruments.State("running")),
        Of(sweep, sweep.Counts.Paused, Instruments.State("paused")),
        Of(sweep, sweep.Counts.Completed, Instruments.State("completed")),
        Of(sweep, sweep.Counts.Stopped, Instruments.State("stopped")),
        Of(sweep, sweep.Counts.Failed, Instruments.State("failed")),
    ];

    static Measurement<double> Of(SweepView sweep, double value, params ReadOnlySpan<KeyValuePair<string, object?>> more) =>
        new(value, [new(Attributes.Sweep, sweep.SweepId), .. more]);
}
