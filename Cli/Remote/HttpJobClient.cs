using System.Net.Http.Json;
using Convoy.Coordinator.Api;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Remote;

/// <summary>Jobs of a coordinator that is reached over HTTP.</summary>
/// <param name="server">Where the coordinator's API listens.</param>
/// <param name="patience">How long a job that is followed may be out of reach, as while its coordinator is started anew.</param>
/// <param name="time">The clock.</param>
public sealed class HttpJobClient(Uri server, TimeSpan patience, TimeProvider time) : IJobClient
{
    readonly ApiConnection _api = new(server, patience, time);

    /// <summary>Starts a job; an empty folder leaves it to the coordinator where it lies.</summary>
    public Task SubmitAsync(SubmitJob job, CancellationToken cancel)
    {
        var submission = new JobSubmission { Spec = job.Spec, Id = job.JobId, Folder = job.Folder.Length == 0 ? null : job.Folder, Priority = job.Priority };
        return _api.SendAsync<JobView>(HttpMethod.Post, "api/v1/jobs", JsonContent.Create(submission, options: ApiJson.Options), cancel);
    }

    /// <inheritdoc/>
    public Task<JobView> GetAsync(string jobId, CancellationToken cancel) => _api.SendAsync<JobView>(HttpMethod.Get, Of(jobId), null, cancel);

    /// <inheritdoc/>
    public Task<AuditReport> AuditAsync(string jobId, CancellationToken cancel) => _api.SendAsync<AuditReport>(HttpMethod.Get, $"{Of(jobId)}/audit", null, cancel);

    /// <inheritdoc/>
    public Task<JobSteps> StepsAsync(string jobId, CancellationToken cancel) => _api.SendAsync<JobSteps>(HttpMethod.Get, $"{Of(jobId)}/steps", null, cancel);

    /// <inheritdoc/>
    public Task<JobDiagnosis> WhyAsync(string jobId, CancellationToken cancel) => _api.SendAsync<JobDiagnosis>(HttpMethod.Get, $"{Of(jobId)}/why", null, cancel);

    /// <inheritdoc/>
    public Task PauseAsync(string jobId, CancellationToken cancel) => _api.SendAsync<JobView>(HttpMethod.Post, $"{Of(jobId)}/pause", null, cancel);

    /// <inheritdoc/>
    public Task ResumeAsync(string jobId, CancellationToken cancel) => _api.SendAsync<JobView>(HttpMethod.Post, $"{Of(jobId)}/resume", null, cancel);

    /// <inheritdoc/>
    public Task ResumeOnChangedDataAsync(string jobId, CancellationToken cancel) => _api.SendAsync<JobView>(HttpMethod.Post, $"{Of(jobId)}/resume?accept_changed_data=true", null, cancel);

    /// <inheritdoc/>
    public Task CancelAsync(string jobId, CancellationToken cancel) => _api.SendAsync<JobView>(HttpMethod.Post, $"{Of(jobId)}/cancel", null, cancel);

    /// <summary>All jobs of the coordinator.</summary>
    public async Task<JobList> ListAsync(CancellationToken cancel)
    {
        var (jobs, silent) = await _api.ListAsync<JobList, JobSummary>("api/v1/jobs", page => (page.Jobs, page.Silent, page.Next), cancel);
        return new JobList(jobs, silent);
    }

    /// <summary>The workers that have joined.</summary>
    public async Task<IReadOnlyList<WorkerStatus>> WorkersAsync(CancellationToken cancel) => (await _api.SendAsync<WorkerList>(HttpMethod.Get, "api/v1/workers", null, cancel)).Workers;

    /// <summary>A job's spec.</summary>
    public async Task<TrainingSpec> SpecAsync(string jobId, CancellationToken cancel) => SpecReader.ReadAccepted(await _api.TextAsync($"{Of(jobId)}/spec", cancel), $"spec of {jobId}");

    /// <inheritdoc/>
    public IAsyncEnumerable<IWire> WatchAsync(string jobId, CancellationToken cancel)
    {
        JobView? known = null;
        return _api.FollowAsync<IWire>($"{Of(jobId)}/events?news=true",
            (type, data) => type switch
            {
                ApiEvents.Progress => _api.Read<StepProgress>(data),
                ApiEvents.Features => _api.Read<FeatureProgress>(data),
                _ => known = _api.Read<JobView>(data).Onto(known) ?? throw new IOException("a part of the job's history is missing"),
            },
            news => news is JobView view && view.Phase.HasEnded(), cancel);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _api.DisposeAsync();

    static string Of(string jobId) => $"api/v1/jobs/{Uri.EscapeDataString(jobId)}";
}
