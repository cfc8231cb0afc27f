using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;
using Akka.Streams;
using Akka.Streams.Dsl;
using Convoy.Coordinator.Jobs;

namespace Convoy.Coordinator.Api;

/// <summary>What the journal tells of one job.</summary>
sealed class JobJournal(ActorSystem system)
{
    /// <summary>Its events, oldest first; empty where it has none.</summary>
    public async Task<JobTimeline> TimelineAsync(string jobId)
    {
        var events = await PersistenceQuery.Get(system).ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier)
            .CurrentEventsByPersistenceId(JobActor.PersistencePrefix + jobId, 0, long.MaxValue)
            .RunWith(Sink.Seq<EventEnvelope>(), system.Materializer());
        return new([.. events.Select(Of).OfType<TimelineEvent>()]);
    }

    static TimelineEvent? Of(EventEnvelope envelope) =>
        envelope.Event is IJournalled change ? JobTimeline.Of(envelope.SequenceNr, new DateTimeOffset(envelope.Timestamp, TimeSpan.Zero), change) : null;
}
