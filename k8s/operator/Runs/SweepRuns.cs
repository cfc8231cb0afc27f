using System.Globalization;
using Convoy.Operator.Resources;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Operator.Runs;

/// <summary>The coordinator's sweeps.</summary>
sealed class SweepRuns(ISweepClient sweeps) : IRuns
{
    public Task<Run?> FindAsync(string id, CancellationToken cancel) => Run.OrNoneAsync(sweeps.GetAsync(id, cancel), Of);

    public Task SubmitAsync(string id, WorkloadSpec spec, CancellationToken cancel) =>
        sweeps.SubmitAsync(new SubmitSweep(id, SpecOf.Sweep(spec), Folder: "", spec.Priority), cancel);

    public Task PauseAsync(string id, CancellationToken cancel) => sweeps.PauseAsync(id, cancel);

    public Task ResumeAsync(string id, CancellationToken cancel) => sweeps.ResumeAsync(id, cancel);

    public Task CancelAsync(string id, CancellationToken cancel) => sweeps.CancelAsync(id, cancel);

    /// <summary>What a status tells of a sweep.</summary>
    internal static Run Of(SweepView view)
    {
        var ended = view.Counts.Completed + view.Counts.Stopped + view.Counts.Failed;
        var best = view.Best?.Objective is { } value ? $"{view.Metric} {value.ToString("F4", CultureInfo.InvariantCulture)}" : null;
        return new(Enum.Parse<RunState>(view.Phase.ToString()), $"trial {ended}/{view.Limits.Trials ?? view.Counts.All}", best, view.Why);
    }
}
