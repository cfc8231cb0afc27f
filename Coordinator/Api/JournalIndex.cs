using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Convoy.Coordinator.Api;

/// <summary>All entities of a kind that the journal has, those of earlier processes too.</summary>
/// <param name="system">The node's.</param>
/// <param name="prefix">Begins their ids in the journal.</param>
/// <param name="ask">How one stands.</param>
/// <param name="isFinal">Whether one stays as it is.</param>
sealed class JournalIndex<TSummary>(ActorSystem system, string prefix, Func<string, CancellationToken, Task<TSummary>> ask, Func<TSummary, bool> isFinal)
{
    const int AskedAtOnce = 16;

    // What has ended for good is asked for once.
    readonly ConcurrentDictionary<string, TSummary> _ended = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<TSummary>> ListAsync(CancellationToken cancel, Func<string, bool>? wanted = null)
    {
        var ids = await IdsAsync(wanted ?? (_ => true));
        var summaries = new TSummary[ids.Count];
        await Parallel.ForAsync(0, ids.Count, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = cancel },
            async (index, stop) => summaries[index] = _ended.TryGetValue(ids[index], out var known) ? known : await SummaryAsync(ids[index], stop));
        return summaries;
    }

    async Task<IReadOnlyList<string>> IdsAsync(Func<string, bool> wanted)
    {
        var journal = PersistenceQuery.Get(system).ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier);
        var found = await journal.CurrentPersistenceIds()
            .Where(id => id.StartsWith(prefix, StringComparison.Ordinal))
            .RunWith(Sink.Seq<string>(), system.Materializer());
        return [.. found.Select(id => id[prefix.Length..]).Where(wanted).Order(StringComparer.Ordinal)];
    }

    async Task<TSummary> SummaryAsync(string id, CancellationToken cancel)
    {
        var summary = await ask(id, cancel);
        if (isFinal(summary)) _ended[id] = summary;
        return summary;
    }
}
