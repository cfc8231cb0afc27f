using System.Net.Http.Json;
using Convoy.Coordinator.Api;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Remote;

/// <summary>Sweeps of a coordinator that is reached over HTTP.</summary>
/// <param name="server">Where the coordinator's API listens.</param>
/// <param name="patience">How long a sweep that is followed may be out of reach, as while its coordinator is started anew.</param>
/// <param name="time">The clock.</param>
public sealed class HttpSweepClient(Uri server, TimeSpan patience, TimeProvider time) : ISweepClient
{
    readonly ApiConnection _api = new(server, patience, time);

    /// <summary>Starts a sweep; an empty folder leaves it to the coordinator where it lies.</summary>
    public Task SubmitAsync(SubmitSweep sweep, CancellationToken cancel)
    {
        var submission = new JobSubmission { Spec = sweep.Spec, Id = sweep.SweepId, Folder = sweep.Folder.Length == 0 ? null : sweep.Folder, Priority = sweep.Priority };
        return _api.SendAsync<SweepView>(HttpMethod.Post, "api/v1/sweeps", JsonContent.Create(submission, options: ApiJson.Options), cancel);
    }

    /// <inheritdoc/>
    public Task<SweepView> GetAsync(string sweepId, CancellationToken cancel) => _api.SendAsync<SweepView>(HttpMethod.Get, Of(sweepId), null, cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TrialView>> TrialsAsync(string sweepId, CancellationToken cancel) => (await _api.SendAsync<SweepTrials>(HttpMethod.Get, $"{Of(sweepId)}/trials", null, cancel)).Trials;

    /// <inheritdoc/>
    public Task PauseAsync(string sweepId, CancellationToken cancel) => _api.SendAsync<SweepView>(HttpMethod.Post, $"{Of(sweepId)}/pause", null, cancel);

    /// <inheritdoc/>
    public Task ResumeAsync(string sweepId, CancellationToken cancel) => _api.SendAsync<SweepView>(HttpMethod.Post, $"{Of(sweepId)}/resume", null, cancel);

    /// <inheritdoc/>
    public Task CancelAsync(string sweepId, CancellationToken cancel) => _api.SendAsync<SweepView>(HttpMethod.Post, $"{Of(sweepId)}/cancel", null, cancel);

    /// <summary>All sweeps of the coordinator.</summary>
    public async Task<SweepList> ListAsync(CancellationToken cancel)
    {
        var (sweeps, silent) = await _api.ListAsync<SweepList, ListedSweep>("api/v1/sweeps", page => (page.Sweeps, page.Silent, page.Next), cancel);
        return new SweepList(sweeps, silent);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<SweepView> WatchAsync(string sweepId, CancellationToken cancel) =>
        _api.FollowAsync($"{Of(sweepId)}/events", (_, data) => _api.Read<SweepView>(data), view => view.HasEnded, cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _api.DisposeAsync();

    static string Of(string sweepId) => $"api/v1/sweeps/{Uri.EscapeDataString(sweepId)}";
}
