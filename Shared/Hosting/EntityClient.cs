using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Asks and follows the entities of a shard region.</summary>
/// <param name="system">This node's actor system.</param>
/// <param name="region">The region, or a proxy to it.</param>
/// <param name="extractor">The region's.</param>
/// <param name="refusalOf">How an answer refuses; null where it does not.</param>
sealed class EntityClient(ActorSystem system, IActorRef region, HashCodeMessageExtractor extractor, Func<object, Refusal?> refusalOf)
{
    readonly JournalHealth _journal = JournalHealth.Of(system);

    // A region that still forms keeps messages; a cluster that has not formed by then never will.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // While the journal fails, whoever can answer does so at once.
    static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

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

    async Task<T> AskAsync<T>(IWire message, Func<string, JobException> refusal, CancellationToken cancel) => await AnswerAsync(message, cancel) switch
    {
        T answer => answer,
        var other when refusalOf(other) is { } refused => throw (refused.IsForNow ? new JournalFailedException(refused.Reason) : refusal(refused.Reason)),
        var other => throw new JobException($"unexpected answer {other.GetType().Name} to {message.GetType().Name}"),
    };

    // Where the journal begins to fail, whoever was asked may have ended, and is asked anew.
    async Task<object> AnswerAsync(IWire message, CancellationToken cancel)
    {
        // Where nothing can be read, a shard that begins would try to in vain.
        if (!IsInMemory(message) && await _journal.CheckBeforeUseAsync(cancel) is { CanRead: false } away) throw new JournalFailedException(away.Text);
        if (_journal.Trouble is { } trouble) return await AnswerSoonAsync(message, trouble, cancel);
        using var works = CancellationTokenSource.CreateLinkedTokenSource(cancel, _journal.Works);
        try
        {
            return await region.AskAgainAsync<object>(message, Patience, works.Token);
        }
        catch (AskTimeoutException error)
        {
            throw new JobException($"no answer to {message.GetType().Name} within {Patience.TotalSeconds:F0} s: is a coordinator in the cluster?", error);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return await AnswerAsync(message, cancel);
        }
    }

    async Task<object> AnswerSoonAsync(IWire message, JournalTrouble trouble, CancellationToken cancel)
    {
        try
        {
            return await region.Ask<object>(message, Moment, cancel);
        }
        catch (AskTimeoutException)
        {
            throw new JournalFailedException(trouble.Text);
        }
    }

    // Of this node; what another node has is not known here.
    bool IsInMemory(IWire message) =>
        extractor.EntityId(message) is { } id && (region as IInternalActorRef)?.GetChild([Uri.EscapeDataString(extractor.ShardId(id, message)), Uri.EscapeDataString(id)]) is { } child && !child.IsNobody();
}

/// <summary>An answer that is a refusal.</summary>
/// <param name="Reason">Why, in one line.</param>
/// <param name="IsForNow">Whether it may be taken later.</param>
readonly record struct Refusal(string Reason, bool IsForNow);
