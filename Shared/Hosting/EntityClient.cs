using System.Runtime.CompilerServices;
using Akka.Actor;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Asks and follows the entities of a shard region.</summary>
/// <param name="system">This node's actor system.</param>
/// <param name="region">The region, or a proxy to it.</param>
/// <param name="refusalOf">Why an answer refuses; null where it does not.</param>
sealed class EntityClient(ActorSystem system, IActorRef region, Func<object, string?> refusalOf)
{
    // A region that still forms keeps messages; a cluster that has not formed by then never will.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    const int MostWaiting = 100;

    /// <summary>The answer to a question; an entity that is not there refuses.</summary>
    public Task<T> GetAsync<T>(IWire question, CancellationToken cancel) => AskAsync<T>(question, reason => new UnknownJobException(reason), cancel);

    /// <summary>The answer to a command.</summary>
    public Task<T> SendAsync<T>(IWire command, CancellationToken cancel) => AskAsync<T>(command, reason => new JobRefusedException(reason), cancel);

    /// <summary>News of an entity, until cancelled or until the last.</summary>
    public async IAsyncEnumerable<T> WatchAsync<T>(Func<IActorRef, IWire> watch, Func<T, bool> isLast, [EnumeratorCancellation] CancellationToken cancel) where T : IWire
    {
        var news = new NewsBacklog<IWire>(MostWaiting);
        var watcher = system.ActorOf(Props.Create(() => new WatchActor(watch, region, refusalOf, news)));
        try
        {
            await foreach (var message in news.ReadAllAsync(cancel))
            {
                yield return (T)message;
                if (isLast((T)message)) yield break;
            }
        }
        finally
        {
            system.Stop(watcher);
        }
    }

    async Task<T> AskAsync<T>(IWire message, Func<string, JobException> refusal, CancellationToken cancel)
    {
        try
        {
            return await region.AskAgainAsync<object>(message, Patience, cancel) switch
            {
                T answer => answer,
                var other when refusalOf(other) is { } reason => throw refusal(reason),
                var other => throw new JobException($"unexpected answer {other.GetType().Name} to {message.GetType().Name}"),
            };
        }
        catch (AskTimeoutException error)
        {
            throw new JobException($"no answer to {message.GetType().Name} within {Patience.TotalSeconds:F0} s: is a coordinator in the cluster?", error);
        }
    }
}
