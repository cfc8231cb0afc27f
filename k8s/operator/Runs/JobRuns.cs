using System.Globalization;
using Convoy.Operator.Resources;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Operator.Runs;

/// <summary>The coordinator's jobs.</summary>
sealed class JobRuns(IJobClient jobs) : IRuns
{
    public Task<Run?> FindAsync(string id, CancellationToken cancel) => Run.OrNoneAsync(jobs.GetAsync(id, cancel), Of);

    public Task SubmitAsync(string id, WorkloadSpec spec, CancellationToken cancel) =>
        jobs.SubmitAsync(new SubmitJob(id, SpecOf.Training(spec), Folder: "", Priority: spec.Priority), cancel);

    public Task PauseAsync(string id, CancellationToken cancel) => jobs.PauseAsync(id, cancel);

    public Task ResumeAsync(string id, CancellationToken cancel) => jobs.ResumeAsync(id, cancel);

    public Task CancelAsync(string id, CancellationToken cancel) => jobs.CancelAsync(id, cancel);

    /// <summary>What a status tells of a job.</summary>
    internal static Run Of(JobView view) =>
        new(Enum.Parse<RunState>(view.Phase.ToString()), $"epoch {view.History.Count}/{view.Epochs}", Best(view), view.Why);

    static string? Best(JobView view) => view.History.FirstOrDefault(row => row.Epoch == view.BestEpoch) switch
    {
        null => null,
        { Validation: { } validation } => Accuracy("val_acc", validation),
        var row => Accuracy("acc", row.Train),
    };

    static string Accuracy(string metric, Metrics metrics) => $"{metric} {metrics.Accuracy.ToString("F4", CultureInfo.InvariantCulture)}";
}
