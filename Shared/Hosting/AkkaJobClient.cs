using System.Diagnostics;
using Akka.Actor;
using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;

namespace Convoy.Shared.Hosting;

/// <summary>Jobs of a cluster this process is a member of.</summary>
/// <param name="system">This node's actor system.</param>
/// <param name="jobs">The jobs' shard region, or a proxy to it.</param>
/// <param name="stop">Leaves the cluster.</param>
public sealed class AkkaJobClient(ActorSystem system, IActorRef jobs, Func<ValueTask> stop) : IJobClient
{
    readonly EntityClient _entities = new(system, jobs, new JobExtractor(), answer => answer is JobRefused refused ? new(refused.Reason, refused.IsForNow) : null);

    /// <inheritdoc/>
    public async Task SubmitAsync(SubmitJob job, CancellationToken cancel)
    {
        using var span = Tracing.Start(Spans.Submit, ActivityKind.Producer)?.SetTag(Attributes.Job, job.JobId);
        await _entities.SendAsync<JobAccepted>(job with { Trace = Tracing.Here }, cancel);
    }

    /// <inheritdoc/>
    public Task<JobView> GetAsync(string jobId, CancellationToken cancel) => _entities.GetAsync<JobView>(new GetJob(jobId), cancel);

    /// <inheritdoc/>
    public Task<AuditReport> AuditAsync(string jobId, CancellationToken cancel) => _entities.GetAsync<AuditReport>(new AuditJob(jobId), cancel);

    /// <inheritdoc/>
    public Task<JobSteps> StepsAsync(string jobId, CancellationToken cancel) => _entities.GetAsync<JobSteps>(new GetSteps(jobId), cancel);

    /// <inheritdoc/>
    public Task<JobDiagnosis> WhyAsync(string jobId, CancellationToken cancel) => _entities.GetAsync<JobDiagnosis>(new ExplainJob(jobId), cancel);

    /// <inheritdoc/>
    public Task PauseAsync(string jobId, CancellationToken cancel) => CommandAsync(new PauseJob(jobId), cancel);

    /// <inheritdoc/>
    public Task ResumeAsync(string jobId, CancellationToken cancel) => CommandAsync(new ResumeJob(jobId), cancel);

    /// <inheritdoc/>
    public Task ResumeOnChangedDataAsync(string jobId, CancellationToken cancel) => CommandAsync(new ResumeJob(jobId, AcceptsChangedData: true), cancel);

    /// <inheritdoc/>
    public Task CancelAsync(string jobId, CancellationToken cancel) => CommandAsync(new CancelJob(jobId), cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<IWire> WatchAsync(string jobId, CancellationToken cancel) => _entities.WatchAsync<IWire>(
        watcher => new WatchJob(jobId, watcher, NewsOnly: true), news => news is JobView view && view.Phase.HasEnded(), cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stop();

    async Task CommandAsync(IJobMessage command, CancellationToken cancel)
    {
        try
        {
            await _entities.SendAsync<JobAccepted>(command, cancel);
        }
        catch (JobRefusedException)
        {
            // A job that is not there refuses too; who asks is told which it was.
            await GetAsync(command.JobId, cancel);
            throw;
        }
    }
}
