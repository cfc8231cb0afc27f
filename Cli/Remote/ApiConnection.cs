using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text.Json;
using Convoy.Coordinator.Api;
using Convoy.Shared.Hosting;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Remote;

/// <summary>The HTTP API of a coordinator.</summary>
sealed class ApiConnection : IAsyncDisposable
{
    const int PageLength = 500;
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    readonly HttpClient _http;
    readonly Uri _server;
    readonly string _shown;
    readonly TimeSpan _patience;
    readonly TimeProvider _time;
    bool _reached; // whether a coordinator has answered there

    /// <param name="server">Where it listens.</param>
    /// <param name="patience">How long what is followed may be out of reach, as while its coordinator is started anew.</param>
    /// <param name="time">The clock.</param>
    public ApiConnection(Uri server, TimeSpan patience, TimeProvider time)
    {
        // Connections to this machine go past the proxy that the environment may name.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = !server.IsLoopback, ConnectTimeout = TimeSpan.FromSeconds(10), SslOptions = ApiAuthority.Options() })
        {
            BaseAddress = new Uri(server, "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        (_server, _patience, _time, _shown) = (server, patience, time, server.ToString().TrimEnd('/'));
    }

    /// <summary>All of a list, page by page, and who did not answer; null for none.</summary>
    /// <param name="path">Where the list is.</param>
    /// <param name="partsOf">What a page has.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<(IReadOnlyList<TItem> Items, IReadOnlyList<Unanswered>? Silent)> ListAsync<TPage, TItem>(string path, Func<TPage, (IReadOnlyList<TItem> Items, IReadOnlyList<Unanswered>? Silent, string? Next)> partsOf, CancellationToken cancel)
    {
        var (items, silent, after) = (new List<TItem>(), new List<Unanswered>(), "");
        do
        {
            var page = partsOf(await SendAsync<TPage>(HttpMethod.Get, $"{path}?limit={PageLength}{after}", null, cancel));
            items.AddRange(page.Items);
            silent.AddRange(page.Silent ?? []);
            after = page.Next is { } last ? $"&after={Uri.EscapeDataString(last)}" : "";
        }
        while (after.Length > 0);
        return (items, silent.Count > 0 ? silent : null);
    }

    /// <summary>The answer to a request.</summary>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var response = await OpenAsync(method, path, content, cancel);
        return Read<T>(await response.Content.ReadAsStringAsync(cancel));
    }

    /// <summary>The text at a path.</summary>
    public async Task<string> TextAsync(string path, CancellationToken cancel)
    {
        using var response = await OpenAsync(HttpMethod.Get, path, null, cancel);
        return await response.Content.ReadAsStringAsync(cancel);
    }

    /// <summary>The events at a path until the last, over lost connections.</summary>
    /// <param name="path">Where they are.</param>
    /// <param name="read">An event, by its type and data.</param>
    /// <param name="isLast">Whether none comes after it.</param>
    /// <param name="cancel">Ends it.</param>
    public async IAsyncEnumerable<T> FollowAsync<T>(string path, Func<string, string, T> read, Func<T, bool> isLast, [EnumeratorCancellation] CancellationToken cancel)
    {
        var lastHeard = _time.GetTimestamp();
        while (true)
        {
            await using var news = EventsAsync(path, read, cancel).GetAsyncEnumerator(cancel);
            while (await NextAsync(news, lastHeard))
            {
                lastHeard = _time.GetTimestamp();
                yield return news.Current;
                if (isLast(news.Current)) yield break;
            }
            await Task.Delay(BetweenTries, _time, cancel);
        }
    }

    /// <summary>JSON as the API writes it.</summary>
    public T Read<T>(string json)
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

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    // False where the stream ended or broke and another try may do.
    async Task<bool> NextAsync<T>(IAsyncEnumerator<T> news, long lastHeard)
    {
        try
        {
            if (await news.MoveNextAsync()) return true;
        }
        catch (Exception error) when (error is UnreachableException or IOException && (_time.GetElapsedTime(lastHeard) < _patience || _reached))
        {
            return _time.GetElapsedTime(lastHeard) < _patience ? false : throw LostSight(error);
        }
        catch (IOException error)
        {
            throw Unreachable(error);
        }
        return _time.GetElapsedTime(lastHeard) < _patience ? false : throw LostSight(null);
    }

    // It is the cluster's, and does not end with a coordinator.
    LostSightException LostSight(Exception? error) => new(
        $"{_shown}: no news of the run for {_patience.TotalSeconds:F0} s ({(error?.InnerException ?? error)?.Message.Split('\n')[0] ?? "nothing comes from there"}); it goes on if its cluster has another coordinator, or when this one is back: to watch it again give --server the address of a coordinator that answers", error);

    async IAsyncEnumerable<T> EventsAsync<T>(string path, Func<string, string, T> read, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var response = await OpenAsync(HttpMethod.Get, path, null, cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancel))
            yield return read(item.EventType, item.Data);
    }

    async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (ApiToken.For(_server) is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            _reached = true;
            if (response.IsSuccessStatusCode) return response;
            using (response) throw await RefusalAsync(response, cancel);
        }
        catch (HttpRequestException error) when (error.InnerException is AuthenticationException untrusted)
        {
            throw new JobException($"{_shown}: {untrusted.Message.Split('\n')[0]}; {ApiAuthority.Variable} names a file with the certificate of its authority", error);
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
            HttpStatusCode.Unauthorized => new JobException($"{_shown}: the coordinator does not know this user; give a token of its in {ApiToken.Variable}"),
            HttpStatusCode.Forbidden => new JobException($"{_shown}: not allowed: {detail}"),
            HttpStatusCode.ServiceUnavailable => new UnreachableException($"{_shown}: {detail}", null),
            _ => new JobException($"{_shown}: answer {(int)response.StatusCode}: {detail}"),
        };
    }

    UnreachableException Unreachable(Exception? error) =>
        new($"{_shown}: no coordinator answers there{(error is null ? "" : $": {error.Message.Split('\n')[0]}")}; is it running, and is this its --api?", error);

    sealed class UnreachableException(string message, Exception? inner) : JobException(message, inner);
}
