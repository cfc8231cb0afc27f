using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Convoy.Shared.Hosting;

/// <summary>Tries whether a journal can be read, and written: by a row of a table beside the journal's.</summary>
/// <param name="journal">As in <see cref="NodeOptions.Journal"/>.</param>
/// <param name="writes">Whether this node is one that writes it.</param>
sealed class JournalProbe(string journal, bool writes)
{
    const string Read = "SELECT 1 FROM journal WHERE 1 = 0";
    const string Table = "CREATE TABLE IF NOT EXISTS journal_health (id integer PRIMARY KEY, room {0} NOT NULL)";
    const string Write = "INSERT INTO journal_health (id, room) VALUES (1, @room) ON CONFLICT (id) DO UPDATE SET room = excluded.room";

    // A journal that has been full must have room for more than one small event before it counts as working.
    const int Room = 64 * 1024;
    const int NoSuchTable = 1;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3), BetweenLooks = TimeSpan.FromMilliseconds(50);

    bool _wasRead, _hasTable;

    /// <summary>What is wrong; null for nothing.</summary>
    /// <param name="needsRoom">Whether the journal has been in trouble.</param>
    public async Task<JournalTrouble?> TryAsync(bool needsRoom)
    {
        var canRead = false;
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            // Neither SQLite nor a database that is silent hears of the limit.
            await Task.Run(() => TryAsync(needsRoom, () => canRead = true, limit.Token), limit.Token).WaitAsync(limit.Token);
            return null;
        }
        catch (Exception error)
        {
            // Whatever it is, nobody else would tell.
            return JournalTrouble.Of(error, canRead);
        }
    }

    async Task TryAsync(bool needsRoom, Action read, CancellationToken cancel)
    {
        await using var connection = SqlJournal.Connect(journal);
        await connection.OpenAsync(cancel);
        await ReadAsync(connection, cancel);
        read();
        if (!writes) return;
        if (!_hasTable) await RunAsync(connection, string.Format(null, Table, SqlJournal.BytesOf(journal)), [], cancel);
        _hasTable = true;
        if (needsRoom) await RunAsync(connection, Write, new byte[Room], cancel);
        await RunAsync(connection, Write, [], cancel);
    }

    // A node that has just begun is still making its tables.
    async Task ReadAsync(DbConnection connection, CancellationToken cancel)
    {
        for (; !_wasRead; await Task.Delay(BetweenLooks, cancel))
        {
            try
            {
                await RunAsync(connection, Read, [], cancel);
                _wasRead = true;
            }
            catch (SqliteException error) when (error.SqliteErrorCode == NoSuchTable && !cancel.IsCancellationRequested)
            {
                // They will come.
            }
        }
        await RunAsync(connection, Read, [], cancel);
    }

    static async Task RunAsync(DbConnection connection, string text, byte[] room, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        if (text == Write)
        {
            var value = command.CreateParameter();
            (value.ParameterName, value.Value) = ("room", room);
            command.Parameters.Add(value);
        }
        await command.ExecuteNonQueryAsync(cancel);
    }
}
