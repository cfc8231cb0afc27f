using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Convoy.Coordinator.Api.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convoy.Coordinator.Api;

/// <summary>News as server-sent events.</summary>
static class EventStream
{
    /// <summary>The news of a watcher until they end, the node stops, the client goes or its token is withdrawn.</summary>
    public static ServerSentEventsResult<string> Of<TNews>(Func<CancellationToken, IAsyncEnumerable<TNews>> watch, Func<TNews, string> name, HttpContext context) where TNews : notnull
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var withdrawn = context.RequestServices.GetRequiredService<OpenStreams>().Open(context);
        return TypedResults.ServerSentEvents(News(watch, name, stopping, withdrawn, context.RequestAborted));
    }

    static async IAsyncEnumerable<SseItem<string>> News<TNews>(Func<CancellationToken, IAsyncEnumerable<TNews>> watch, Func<TNews, string> name, CancellationToken stopping, CancellationToken withdrawn, [EnumeratorCancellation] CancellationToken cancel) where TNews : notnull
    {
        // A stream that is open would hold up the end of the node.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, withdrawn, cancel);
        await using var all = watch(end.Token).GetAsyncEnumerator(end.Token);
        while (await NextAsync(all, end.Token))
            yield return new SseItem<string>(JsonSerializer.Serialize(all.Current, all.Current.GetType(), ApiJson.Options), name(all.Current));
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
}
