using System.Data.Common;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql;

namespace Convoy.Shared.Hosting;

/// <summary>Journal and snapshots in an SQL database: a SQLite file for one coordinator, PostgreSQL for several.</summary>
static class SqlJournal
{
    /// <summary>What the plugins need beside <see cref="Prepare"/>.</summary>
    public static Config Defaults => SqlPersistence.DefaultConfiguration;

    /// <summary>Makes the journal ready and says how to reach it. <see cref="NodeOptionsException"/> where it cannot be.</summary>
    /// <param name="journal">As in <see cref="NodeOptions.Journal"/>.</param>
    public static Config Prepare(string journal) => PostgresJournal.IsMeant(journal) ? PostgresJournal.Prepare(journal) : SqliteJournal.Prepare(journal);

    /// <summary>How the database calls bytes.</summary>
    public static string BytesOf(string journal) => PostgresJournal.IsMeant(journal) ? "bytea" : "blob";

    /// <summary>A connection to it.</summary>
    public static DbConnection Connect(string journal) => PostgresJournal.IsMeant(journal) ? PostgresJournal.Connect(journal) : SqliteJournal.Connect(journal);

    /// <summary>Opens the plugins and lets them compile their queries while the cluster forms; half a second that the first job does not wait for.</summary>
    public static void WarmUp(ActorSystem system)
    {
        var persistence = Persistence.Instance.Apply(system);
        persistence.JournalFor("").Tell(new ReplayMessages(1, 1, 1, "nobody", ActorRefs.Nobody), ActorRefs.Nobody);
        persistence.SnapshotStoreFor("").Tell(new LoadSnapshot("nobody", SnapshotSelectionCriteria.Latest, 1), ActorRefs.Nobody);
    }

    /// <summary>The plugins' configuration.</summary>
    /// <param name="connection">The connection string.</param>
    /// <param name="provider">The database as linq2db calls it.</param>
    /// <param name="parallelism">Writes at a time.</param>
    /// <param name="makeTables">Whether the plugins make their tables.</param>
    public static Config Plugins(string connection, string provider, int parallelism, bool makeTables)
    {
        var database = $"connection-string = \"{connection.Replace("\\", "\\\\").Replace("\"", "\\\"")}\", provider-name = {provider}, auto-initialize = {(makeTables ? "on" : "off")}";
        return ConfigurationFactory.ParseString($$"""
            akka.persistence {
              # Who fails says so, and one tries again for all (JournalHealth): the breakers only see to it that nobody waits long.
              journal-plugin-fallback {
                circuit-breaker { max-failures = 10, call-timeout = 5s, reset-timeout = 1s }
                recovery-event-timeout = 10s
              }
              snapshot-store-plugin-fallback.circuit-breaker { max-failures = 10, call-timeout = 5s, reset-timeout = 1s }
              journal {
                plugin = akka.persistence.journal.sql
                sql { class = "{{typeof(WatchedJournal).FullName}}, {{typeof(WatchedJournal).Assembly.GetName().Name}}", {{database}}, parallelism = {{parallelism}} }
              }
              snapshot-store {
                plugin = akka.persistence.snapshot-store.sql
                sql { {{database}} }
              }
              query.journal.sql { {{database}} }
            }
            """);
    }
}
