using Akka.Configuration;
using Microsoft.Data.Sqlite;

namespace Convoy.Shared.Hosting;

/// <summary>Journal and snapshots in one SQLite file.</summary>
static class SqliteJournal
{
    /// <summary>Makes the file ready (write-ahead log: readers and the writer do not wait for each other) and says how to reach it.</summary>
    public static Config Prepare(string file)
    {
        var path = Path.GetFullPath(file);
        var connection = ConnectionString(path);
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
            throw new NodeStartException($"cannot open the journal {path}: {error.Message}");
        }
        return SqlJournal.Plugins(connection, "SQLite.MS", parallelism: 1, makeTables: true);
    }

    /// <summary>A connection to it as it lies there now, beside the plugins' own.</summary>
    public static SqliteConnection Connect(string file) =>
        new(new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(file), Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 2 }.ToString());

    static string ConnectionString(string path) => new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 10 }.ToString();
}
