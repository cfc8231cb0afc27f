using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Convoy.Coordinator.Api;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Remote;

/// <summary>Jobs of a coordinator that is reached over HTTP.</summary>
public sealed class HttpJobClient : IJobClient
{
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    readonly HttpClient _http;
    readonly string _shown;
    readonly TimeSpan _patience;
    readonly TimeProvider _time;

    /// <param name="server">Where the coordinator's API listens.</param>
    /// <param name="patience">How long a job that is followed may be out of reach, as while its coordinator is started anew.</param>
    /// <param name="time">The clock.</param>
    public HttpJobClient(Uri server, TimeSpan patience, TimeProvider time)
    {
        // Connections to this machine go past the proxy that the environment may name.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = !server.IsLoopback, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            BaseAddress = new Uri(server, "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        (_patience, _time, _shown) = (patience, time, server.ToString().TrimEnd('/'));
    }

    /// <summary>Starts a job; an empty folder leaves it to the coordinator where it lies.</summary>
    public Task SubmitAsync(SubmitJob job, CancellationToken cancel)
    {
        var submission = new JobSubmission { Spec = job.Spec, Id = job.JobId, Folder = job.Folder.Length == 0 ? null : job.Folder };
        return SendAsync<JobView>(HttpMethod.Post, "api/v1/jobs", JsonContent.Create(submission, options: ApiJson.Options), cancel);
    }

    /// <inheritdoc/>
    public Task<JobView> GetAsync(string jobId, CancellationToken cancel) => SendAsync<JobView>(HttpMethod.Get, Of(jobId), null, cancel);

    /// <inheritdoc/>
    public Task<AuditReport> AuditAsync(string jobId, CancellationToken cancel) => SendAsync<AuditReport>(HttpMethod.Get, $"{Of(jobId)}/audit", null, cancel);

    /// <inheritdoc/>
    public Task PauseAsync(string jobId, CancellationToken cancel) => SendAsync<JobView>(HttpMethod.Post, $"{Of(jobId)}/pause", null, cancel);

    /// <inheritdoc/>
    public Task ResumeAsync(string jobId, CancellationToken cancel) => SendAsync<JobView>(HttpMethod.Post, $"{Of(jobId)}/resume", null, cancel);

    /// <inheritdoc/>
    public Task CancelAsync(string jobId, CancellationToken cancel) => SendAsync<JobView>(HttpMethod.Post, $"{Of(jobId)}/cancel", null, cancel);

    /// <summary>All jobs of the coordinator.</summary>
    public async Task<IReadOnlyList<JobSummary>> ListAsync(CancellationToken cancel) => (await SendAsync<JobList>(HttpMethod.Get, "api/v1/jobs", null, cancel)).Jobs;

    /// <summary>The workers that have joined.</summary>
    public async Task<IReadOnlyList<WorkerStatus>> WorkersAsync(CancellationToken cancel) => (await SendAsync<WorkerList>(HttpMethod.Get, "api/v1/workers", null, cancel)).Workers;

    /// <summary>A job's spec.</summary>
    public async Task<TrainingSpec> SpecAsync(string jobId, CancellationToken cancel)
    {
        using var response = await OpenAsync(HttpMethod.Get, $"{Of(jobId)}/spec", null, cancel);
        return SpecReader.Read(await response.Content.ReadAsStringAsync(cancel), $"spec of {jobId}");
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IWire> WatchAsync(string jobId, [EnumeratorCancellation] CancellationToken cancel)
    {
        var lastHeard = _time.GetTimestamp();
        while (true)
        {
            await using var news = NewsAsync(jobId, cancel).GetAsyncEnumerator(cancel);
            while (await NextAsync(news, lastHeard))
            {
                lastHeard = _time.GetTimestamp();
                yield return news.Current;
                if (news.Current is JobView { Phase: JobPhase.Completed or JobPhase.Failed or JobPhase.Cancelled }) yield break;
            }
            await Task.Delay(BetweenTries, _time, cancel);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    // False where the stream ended or broke and another try may do.
    async Task<bool> NextAsync(IAsyncEnumerator<IWire> news, long lastHeard)
    {
        try
        {
            if (await news.MoveNextAsync()) return true;
        }
        catch (Exception error) when (error is UnreachableException or IOException && _time.GetElapsedTime(lastHeard) < _patience)
        {
            return false;
        }
        catch (IOException error)
        {
            throw Unreachable(error);
        }
        return _time.GetElapsedTime(lastHeard) < _patience ? false : throw Unreachable(null);
    }

    async IAsyncEnumerable<IWire> NewsAsync(string jobId, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var response = await OpenAsync(HttpMethod.Get, $"{Of(jobId)}/events", null, cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancel))
            yield return item.EventType switch
            {
                ApiEvents.Progress => Read<StepProgress>(item.Data),
                ApiEvents.Features => Read<FeatureProgress>(item.Data),
                _ => Read<JobView>(item.Data),
            };
    }

    async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var response = await OpenAsync(method, path, content, cancel);
        return Read<T>(await response.Content.ReadAsStringAsync(cancel));
    }

    async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.IsSuccessStatusCode) return response;
            using (response) throw await RefusalAsync(response, cancel);
        }
        catch (HttpRequestException error)
        {
            throw Unreachable(error);
        }
    }

    async Task<Exception> RefusalAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? await response.Content.ReadAsStringAsync(cancel) : "{}";
        var problem = JsonSerializer.Deserialize<ApiProblem>(text, ApiJson.Options)!;
        var detail = problem.Detail ?? problem.Title ?? response.ReasonPhrase ?? "";
        return response.StatusCode switch
        {
            HttpStatusCode.BadRequest when problem.Errors is { Count: > 0 } errors => new SpecException(errors),
            HttpStatusCode.NotFound when problem.Detail is not null => new UnknownJobException(detail),
            HttpStatusCode.Conflict => new JobRefusedException(detail),
            HttpStatusCode.ServiceUnavailable => new UnreachableException($"{_shown}: {detail}", null),
            _ => new JobException($"{_shown}: answer {(int)response.StatusCode}: {detail}"),
        };
    }

    T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, ApiJson.Options)!;
        }
        catch (JsonException error)
        {
            throw new JobException($"{_shown}: not the answer of a Convoy coordinator: {error.Message}", error);
        }
    }

    UnreachableException Unreachable(Exception? error) =>
        new($"{_shown}: no coordinator answers there{(error is null ? "" : $": {error.Message.Split('\n')[0]}")}; is it running, and is this its --api?", error);

    static string Of(string jobId) => $"api/v1/jobs/{Uri.EscapeDataString(jobId)}";

    sealed class UnreachableException(string message, Exception? inner) : JobException(message, inner);
}
