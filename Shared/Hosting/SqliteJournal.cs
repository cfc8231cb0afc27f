using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql;
using Microsoft.Data.Sqlite;

namespace Convoy.Shared.Hosting;

/// <summary>Journal and snapshots in one SQLite file.</summary>
static class SqliteJournal
{
    /// <summary>What the plugins need beside <see cref="Prepare"/>.</summary>
    public static Config Defaults => SqlPersistence.DefaultConfiguration;

    /// <summary>Makes the file ready (write-ahead log: readers and the writer do not wait for each other) and says how to reach it.</summary>
    public static Config Prepare(string file)
    {
        var path = Path.GetFullPath(file);
        var connection = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 10 }.ToString();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var sqlite = new SqliteConnection(connection);
            sqlite.Open();
            using var pragma = sqlite.CreateCommand();
            pragma.CommandText = "PRAGMA journal_mode = WAL";
            pragma.ExecuteNonQuery();
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new NodeOptionsException($"cannot open the journal {path}: {error.Message}");
        }
        return ConfigurationFactory.ParseString($$"""
            akka.persistence {
              journal {
                plugin = akka.persistence.journal.sql
                sql { connection-string = {{Quoted(connection)}}, provider-name = SQLite.MS, auto-initialize = on, parallelism = 1 }
              }
              snapshot-store {
                plugin = akka.persistence.snapshot-store.sql
                sql { connection-string = {{Quoted(connection)}}, provider-name = SQLite.MS, auto-initialize = on }
              }
              query.journal.sql { connection-string = {{Quoted(connection)}}, provider-name = SQLite.MS }
            }
            """);
    }

    /// <summary>Opens the plugins and lets them compile their queries while the cluster forms; half a second that the first job does not wait for.</summary>
    public static void WarmUp(ActorSystem system)
    {
        var persistence = Persistence.Instance.Apply(system);
        persistence.JournalFor("").Tell(new ReplayMessages(1, 1, 1, "nobody", ActorRefs.Nobody), ActorRefs.Nobody);
        persistence.SnapshotStoreFor("").Tell(new LoadSnapshot("nobody", SnapshotSelectionCriteria.Latest, 1), ActorRefs.Nobody);
    }

    static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
