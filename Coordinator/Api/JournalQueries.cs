using Akka;
using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;
using Akka.Streams;
using Akka.Streams.Dsl;
using Convoy.Shared.Hosting;

namespace Convoy.Coordinator.Api;

/// <summary>Questions to the journal itself.</summary>
static class JournalQueries
{
    // One that is out of reach is not asked whether it is.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>The journal of a node.</summary>
    public static SqlReadJournal Of(ActorSystem system) => PersistenceQuery.Get(system).ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier);

    /// <summary>What a question comes to. <see cref="JournalFailedException"/> where the journal cannot be asked.</summary>
    public static async Task<TResult> RunAsync<TItem, TResult>(ActorSystem system, Source<TItem, NotUsed> question, Sink<TItem, Task<TResult>> sink, CancellationToken cancel)
    {
        var health = JournalHealth.Of(system);
        if (await health.CheckBeforeUseAsync(cancel) is { CanRead: false } trouble) throw new JournalFailedException(trouble.Text);
        var (stop, answer) = question.ViaMaterialized(KillSwitches.Single<TItem>(), Keep.Right).ToMaterialized(sink, Keep.Both).Run(system.Materializer());
        try
        {
            return await answer.WaitAsync(Patience, cancel);
        }
        catch (Exception error)
        {
            stop.Abort(error);
            if (error is OperationCanceledException) throw;
            health.ReadFailed();
            throw new JournalFailedException(health.Trouble?.Text ?? JournalTrouble.Of(error, canRead: false).Text);
        }
    }
}
