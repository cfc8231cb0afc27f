using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;
using Akka.Streams.Dsl;
using Convoy.Shared.Hosting;

namespace Convoy.Coordinator.Api;

/// <summary>Whether an entity may still change.</summary>
enum Rest
{
    /// <summary>At any moment.</summary>
    None,
    /// <summary>When somebody tells it to, which its journal then shows.</summary>
    UntilTold,
    /// <summary>Never again.</summary>
    ForGood,
}

/// <summary>A list, or a part of one.</summary>
/// <param name="Answered">Those that did.</param>
/// <param name="Silent">The others; null for none.</param>
/// <param name="Next">After which id the rest comes; null where there is none.</param>
sealed record Listed<TSummary>(IReadOnlyList<TSummary> Answered, IReadOnlyList<Unanswered>? Silent, string? Next);

/// <summary>All entities of a kind that the journal has, those of earlier processes too.</summary>
/// <param name="system">The node's.</param>
/// <param name="prefix">Begins their ids in the journal.</param>
/// <param name="ask">How one stands.</param>
/// <param name="rest">Whether one may still change: what rests is not asked again, which would only read it from the journal.</param>
sealed class JournalIndex<TSummary>(ActorSystem system, string prefix, Func<string, CancellationToken, Task<TSummary>> ask, Func<TSummary, Rest> rest) where TSummary : class
{
    const int AskedAtOnce = 16;
    // Whoever does not answer by then stands as it did when it last answered, or is named as one who does not: a list is made when somebody wants it, the
    // other every second.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1), PatienceOfList = TimeSpan.FromSeconds(3);

    readonly ConcurrentDictionary<string, TSummary> _latest = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Resting> _resting = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Asked> _asked = new(StringComparer.Ordinal);

    /// <summary>How one stood after its latest event; the number is null where no other can come.</summary>
    sealed record Resting(TSummary Summary, long? Event);

    /// <summary>A question, and since when it has been waiting.</summary>
    sealed record Asked(Task<TSummary> Answer, long Since);

    /// <summary>The ids of all.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(CancellationToken cancel)
    {
        var found = await JournalQueries.RunAsync(system, Journal.CurrentPersistenceIds().Where(id => id.StartsWith(prefix, StringComparison.Ordinal)), Sink.Seq<string>(), cancel);
        return [.. found.Select(id => id[prefix.Length..]).Order(StringComparer.Ordinal)];
    }

    /// <summary>How those stand that answer soon, and who else there is.</summary>
    /// <param name="after">Only those whose ids come after this one; null for all.</param>
    /// <param name="limit">At most so many; null for all.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Listed<TSummary>> ListAsync(string? after, int? limit, CancellationToken cancel)
    {
        var rest = (await IdsAsync(cancel)).SkipWhile(id => after is not null && string.CompareOrdinal(id, after) <= 0).ToList();
        var page = limit is { } most && most < rest.Count ? rest[..most] : rest;
        var all = await EachAsync(page, (id, stop) => SoonAsync(id, PatienceOfList, stop), cancel);
        Unanswered[] silent = [.. all.Select(one => one.Silent).OfType<Unanswered>()];
        return new([.. all.Where(one => one.Silent is null).Select(one => one.Latest!)], silent.Length > 0 ? silent : null, page.Count < rest.Count ? page[^1] : null);
    }

    /// <summary>How these stand as far as is known soon: one that does not answer holds up nobody, and is left out where it never has.</summary>
    public async Task<IReadOnlyList<TSummary>> KnownAsync(IReadOnlyList<string> ids, CancellationToken cancel) =>
        [.. (await EachAsync(ids, (id, stop) => SoonAsync(id, Patience, stop), cancel)).Select(one => one.Latest).OfType<TSummary>()];

    static async Task<T[]> EachAsync<T>(IReadOnlyList<string> ids, Func<string, CancellationToken, Task<T>> of, CancellationToken cancel)
    {
        var all = new T[ids.Count];
        await Parallel.ForAsync(0, ids.Count, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = cancel },
            async (index, stop) => all[index] = await of(ids[index], stop));
        return all;
    }

    // The question goes on when patience ends; until it is answered nobody waits longer for it than if he had asked himself at its beginning.
    async Task<(TSummary? Latest, Unanswered? Silent)> SoonAsync(string id, TimeSpan patience, CancellationToken cancel)
    {
        if (!_asked.TryGetValue(id, out var asked) || asked.Answer.IsCompleted) asked = _asked[id] = new(SummaryAsync(id, CancellationToken.None), Stopwatch.GetTimestamp());
        var left = patience - Stopwatch.GetElapsedTime(asked.Since);
        try
        {
            return (await asked.Answer.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancel), null);
        }
        catch (TimeoutException)
        {
            return Silent(id, "it does not answer");
        }
        catch (JobException error)
        {
            return Silent(id, error.Message);
        }
    }

    (TSummary?, Unanswered?) Silent(string id, string why) => (_latest.GetValueOrDefault(id), new Unanswered(id, why));

    async Task<TSummary> SummaryAsync(string id, CancellationToken cancel) =>
        _resting.TryGetValue(id, out var resting) && (resting.Event is not { } at || await LastEventAsync(id, at) == at) ? resting.Summary : await AskAsync(id, cancel);

    async Task<TSummary> AskAsync(string id, CancellationToken cancel)
    {
        _resting.TryRemove(id, out var before);
        var summary = _latest[id] = await ask(id, cancel);
        if (rest(summary) == Rest.UntilTold)
        {
            // Asked once more, for how it stands after an event that is known.
            var at = await LastEventAsync(id, before?.Event ?? 0);
            summary = _latest[id] = await ask(id, cancel);
            if (rest(summary) == Rest.UntilTold) _resting[id] = new Resting(summary, at);
        }
        if (rest(summary) == Rest.ForGood) _resting[id] = new Resting(summary, null);
        return summary;
    }

    Task<long> LastEventAsync(string id, long known) => JournalQueries.RunAsync(
        system, Journal.CurrentEventsByPersistenceId(prefix + id, known + 1, long.MaxValue), Sink.Aggregate<EventEnvelope, long>(known, (_, envelope) => envelope.SequenceNr), CancellationToken.None);

    SqlReadJournal Journal => JournalQueries.Of(system);
}
