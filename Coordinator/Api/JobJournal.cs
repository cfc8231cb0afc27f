using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Streams.Dsl;
using Convoy.Coordinator.Jobs;

namespace Convoy.Coordinator.Api;

/// <summary>What the journal tells of one job.</summary>
sealed class JobJournal(ActorSystem system)
{
    /// <summary>Its events, oldest first; empty where it has none.</summary>
    public async Task<JobTimeline> TimelineAsync(string jobId, CancellationToken cancel)
    {
        var events = await JournalQueries.RunAsync(
            system, JournalQueries.Of(system).CurrentEventsByPersistenceId(JobActor.PersistencePrefix + jobId, 0, long.MaxValue), Sink.Seq<EventEnvelope>(), cancel);
        return new([.. events.Select(Of).OfType<TimelineEvent>()]);
    }

    static TimelineEvent? Of(EventEnvelope envelope) =>
        envelope.Event is IJournalled change ? JobTimeline.Of(envelope.SequenceNr, new DateTimeOffset(envelope.Timestamp, TimeSpan.Zero), change) : null;
}
