using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Convoy.Coordinator.Api.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convoy.Coordinator.Api;

/// <summary>News as server-sent events. A stream keeps nothing of what it has sent, so that what many are told can be one array for all.</summary>
static class EventStream
{
    /// <summary>The news of a watcher until they end, the node stops, the client goes or its token is withdrawn.</summary>
    public static IResult Of<TNews>(Func<CancellationToken, IAsyncEnumerable<TNews>> watch, Func<TNews, string> name, HttpContext context) where TNews : notnull =>
        Of(watch, news => Frame(name(news), news), context);

    /// <summary>The same with events that are written already.</summary>
    public static IResult Of<TNews>(Func<CancellationToken, IAsyncEnumerable<TNews>> watch, Func<TNews, ReadOnlyMemory<byte>> frame, HttpContext context)
    {
        if (context.AsksForHeadersOnly()) return new Answer(None());
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var withdrawn = context.RequestServices.GetRequiredService<OpenStreams>().Open(context);
        return new Answer(Frames(watch, frame, stopping, withdrawn, context.RequestAborted));
    }

    /// <summary>An event as it is sent.</summary>
    public static byte[] Frame(string name, object data) => [.. Encoding.UTF8.GetBytes($"event: {name}\ndata: "), .. JsonSerializer.SerializeToUtf8Bytes(data, data.GetType(), ApiJson.Options), .. "\n\n"u8];

    static async IAsyncEnumerable<ReadOnlyMemory<byte>> Frames<TNews>(Func<CancellationToken, IAsyncEnumerable<TNews>> watch, Func<TNews, ReadOnlyMemory<byte>> frame, CancellationToken stopping, CancellationToken withdrawn, [EnumeratorCancellation] CancellationToken cancel)
    {
        // A stream that is open would hold up the end of the node.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, withdrawn, cancel);
        await using var all = watch(end.Token).GetAsyncEnumerator(end.Token);
        while (await NextAsync(all, end.Token)) yield return frame(all.Current);
    }

    static async IAsyncEnumerable<ReadOnlyMemory<byte>> None()
    {
        await Task.CompletedTask;
        yield break;
    }

    static async Task<bool> NextAsync<TNews>(IAsyncEnumerator<TNews> news, CancellationToken end)
    {
        try
        {
            return await news.MoveNextAsync();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return false;
        }
    }

    sealed class Answer(IAsyncEnumerable<ReadOnlyMemory<byte>> frames) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache,no-store";
            httpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
            await foreach (var frame in frames)
            {
                await response.Body.WriteAsync(frame, httpContext.RequestAborted);
                await response.Body.FlushAsync(httpContext.RequestAborted);
            }
        }
    }
}
