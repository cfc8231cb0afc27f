using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;
using Akka.Streams;
using Akka.Streams.Dsl;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Api;

/// <summary>All jobs of the journal, those of earlier processes too.</summary>
sealed class JobIndex(ActorSystem system, IJobClient jobs)
{
    const int AskedAtOnce = 16;

    // What has ended for good stays as it is: asked for once.
    readonly ConcurrentDictionary<string, JobSummary> _ended = new(StringComparer.Ordinal);

    public async Task<JobList> ListAsync(CancellationToken cancel)
    {
        var ids = await IdsAsync();
        var summaries = new JobSummary[ids.Count];
        await Parallel.ForAsync(0, ids.Count, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = cancel },
            async (index, stop) => summaries[index] = _ended.TryGetValue(ids[index], out var known) ? known : await SummaryAsync(ids[index], stop));
        return new JobList(summaries);
    }

    async Task<IReadOnlyList<string>> IdsAsync()
    {
        var journal = PersistenceQuery.Get(system).ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier);
        var found = await journal.CurrentPersistenceIds()
            .Where(id => id.StartsWith(JobActor.PersistencePrefix, StringComparison.Ordinal))
            .RunWith(Sink.Seq<string>(), system.Materializer());
        return [.. found.Select(id => id[JobActor.PersistencePrefix.Length..]).Order(StringComparer.Ordinal)];
    }

    async Task<JobSummary> SummaryAsync(string id, CancellationToken cancel)
    {
        var summary = JobSummary.Of(await jobs.GetAsync(id, cancel));
        if (summary.Phase is JobPhase.Completed or JobPhase.Cancelled) _ended[id] = summary;
        return summary;
    }
}
