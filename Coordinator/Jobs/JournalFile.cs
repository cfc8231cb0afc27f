using System.Runtime.Serialization;
using Convoy.Shared.Protocol;
using Convoy.Shared.Serialization;
using MessagePack;
using Microsoft.Data.Sqlite;

namespace Convoy.Coordinator.Jobs;

/// <summary>The jobs of a journal's SQLite file, read without a cluster, while a run still uses it or later. No event is added.</summary>
public static class JournalFile
{
    static readonly WireFormat Format = new(WireTypes.From(typeof(IWire).Assembly, typeof(JournalFile).Assembly));

    /// <summary>Every job as its events tell it, by id. <see cref="JournalException"/> where the file cannot be read.</summary>
    public static IReadOnlyList<JobState> Read(string file)
    {
        try
        {
            using var journal = Open(Path.GetFullPath(file));
            return [.. Events(journal).GroupBy(row => row.PersistenceId, row => row.Event, StringComparer.Ordinal).Select(job => job.Aggregate(JobState.Empty, (state, change) => state.Apply(change)))];
        }
        catch (Exception error) when (error is SqliteException or SerializationException or MessagePackSerializationException)
        {
            throw new JournalException($"cannot read the journal {file}: {error.Message}", error);
        }
    }

    // A file without a log beside it is whole, and SQLite need not make one to read it.
    static SqliteConnection Open(string path)
    {
        var whole = !File.Exists(path + "-wal");
        var source = whole ? $"file:{Uri.EscapeDataString(path)}?immutable=1" : path;
        var journal = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        journal.Open();
        return journal;
    }

    static IEnumerable<(string PersistenceId, IJournalled Event)> Events(SqliteConnection journal)
    {
        using var query = journal.CreateCommand();
        query.CommandText = "SELECT persistence_id, manifest, message FROM journal WHERE persistence_id LIKE $jobs ORDER BY persistence_id, sequence_number";
        query.Parameters.AddWithValue("$jobs", JobActor.PersistencePrefix + "%");
        using var rows = query.ExecuteReader();
        while (rows.Read()) yield return (rows.GetString(0), (IJournalled)Format.Read(rows.GetFieldValue<byte[]>(2), rows.GetString(1)));
    }
}

/// <summary>A journal that cannot be read. The message is one line.</summary>
public sealed class JournalException(string message, Exception inner) : Exception(message, inner);
