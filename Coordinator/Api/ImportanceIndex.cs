using System.Collections.Concurrent;
using Convoy.Coordinator.Artifacts;
using Convoy.Monitoring.Importance;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Api;

/// <summary>How much each parameter of a sweep matters, by functional ANOVA.</summary>
/// <param name="Trials">How many trials it was learnt from; 0 where they are too few.</param>
/// <param name="Shares">By parameter, the share of the objective's variance that it explains alone, 0 to 1; empty where trials are too few.</param>
/// <param name="Together">The share that parameters explain together only.</param>
public sealed record SweepImportance(int Trials, IReadOnlyDictionary<string, double> Shares, double Together);

/// <summary>Learns what parameters matter: once for all who ask, and again when trials have ended since.</summary>
sealed class ImportanceIndex(ISweepClient sweeps)
{
    readonly ConcurrentDictionary<string, (int Judged, Lazy<Task<SweepImportance>> Importance)> _known = new(StringComparer.Ordinal);

    public async Task<SweepImportance> GetAsync(string sweepId, CancellationToken cancel)
    {
        var view = await sweeps.GetAsync(sweepId, cancel);
        var judged = view.Counts.All - view.Counts.Running;
        var (_, importance) = _known.AddOrUpdate(sweepId, _ => Begin(view, judged), (_, known) => known.Judged == judged && !known.Importance.Value.IsFaulted ? known : Begin(view, judged));
        return await importance.Value.WaitAsync(cancel);
    }

    // Whoever asks first may go away; the others still wait for it.
    (int, Lazy<Task<SweepImportance>>) Begin(SweepView view, int judged) => (judged, new(async () =>
    {
        var spec = await SpecAsync(view, CancellationToken.None);
        var trials = await sweeps.TrialsAsync(view.SweepId, CancellationToken.None);
        return await Task.Run(() => Of(spec, trials));
    }));

    /// <summary>A sweep's spec, from its folder.</summary>
    public static async Task<SweepSpec> SpecAsync(SweepView view, CancellationToken cancel) =>
        RecordReader.ReadAccepted<SweepSpec>(await File.ReadAllTextAsync(SpecFile(view), cancel), "sweep.yaml");

    /// <summary>Where its folder has its spec.</summary>
    public static string SpecFile(SweepView view) => RunFiles.Spec(view.Folder, $"the folder of sweep '{view.SweepId}'");

    static SweepImportance Of(SweepSpec spec, IReadOnlyList<TrialView> trials)
    {
        var points = ParameterImportance.Drawn([.. trials.Where(trial => trial is { Phase: not TrialPhase.Running, Objective: { } value } && double.IsFinite(value)).Select(trial => (trial.Settings, trial.Objective!.Value))], spec.Seed);
        return ParameterImportance.Of(SearchSpace.Of(spec).Parameters, points, spec.Seed) is { } shares
            ? new(points.Count, shares, Math.Max(0, 1 - shares.Values.Sum()))
            : new(0, new Dictionary<string, double>(), 0);
    }
}
