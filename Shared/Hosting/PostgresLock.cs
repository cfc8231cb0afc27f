using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Convoy.Shared.Hosting;

/// <summary>Whose cluster has a PostgreSQL journal: an advisory lock of the database, shared by address, for each of the cluster's
/// addresses that a coordinator knows. Coordinators with an address in common are of one cluster and have the journal together; whoever
/// has none in common with one of the holders is refused. The server frees the locks with the connection, which is probed so that a
/// machine that is gone does not hold them for hours.</summary>
sealed class PostgresLock : IDisposable
{
    const int Space = 7163522; // of these locks, beside any others in the database
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    const string Others = """
        SELECT coalesce(application_name, ''), coalesce(backend_start, now()) FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND classid = 7163522 AND objsubid = 2 AND granted
          AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
        GROUP BY pid, application_name, backend_start HAVING NOT bool_or(objid::bigint = ANY($1)) ORDER BY backend_start DESC LIMIT 1
        """;

    readonly string _journal;
    readonly Holder _me;
    readonly CancellationTokenSource _end = new();
    NpgsqlConnection _connection;

    PostgresLock(string journal, Holder me, NpgsqlConnection connection, Action<string> lost)
    {
        (_journal, _me, _connection) = (journal, me, connection);
        _ = WatchAsync(lost);
    }

    /// <summary>Takes it. <see cref="HeldException"/> where a coordinator of another cluster has it, <see cref="NodeStartException"/> where the database cannot be reached.</summary>
    public static PostgresLock Take(string journal, Holder me, Action<string> lost)
    {
        try
        {
            return new PostgresLock(journal, me, ConnectAsync(journal, me, CancellationToken.None).GetAwaiter().GetResult(), lost);
        }
        catch (Exception error) when (PostgresJournal.IsUnreachable(error))
        {
            throw PostgresJournal.Unopened(journal, error);
        }
    }

    static async Task<NpgsqlConnection> ConnectAsync(string journal, Holder me, CancellationToken cancel)
    {
        var connection = PostgresJournal.ConnectAs($"convoy {me.Pid}@{me.Host}", journal);
        try
        {
            await connection.OpenAsync(cancel);
            await RunAsync(connection, "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3", cancel);
            await using var one = await connection.BeginTransactionAsync(cancel);
            await RunAsync(connection, $"SELECT pg_advisory_xact_lock({Space})", cancel);
            if (await OtherAsync(connection, [.. KeysOf(me).Select(key => (long)(uint)key)], cancel) is { } other)
                throw new HeldException($"the journal, database '{connection.Database}',", other, "end that one first or, where both are of one cluster, give both the same --join");
            foreach (var key in KeysOf(me)) await RunAsync(connection, $"SELECT pg_advisory_lock_shared({Space}, {key})", cancel);
            await one.CommitAsync(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    static async Task<Holder?> OtherAsync(NpgsqlConnection connection, long[] mine, CancellationToken cancel)
    {
        await using var query = new NpgsqlCommand(Others, connection) { Parameters = { new() { Value = mine } } };
        await using var rows = await query.ExecuteReaderAsync(cancel);
        return await rows.ReadAsync(cancel) ? HolderOf(rows.GetString(0), rows.GetDateTime(1)) : null;
    }

    static Holder HolderOf(string application, DateTime since)
    {
        var parts = application[(application.IndexOf(' ') + 1)..].Split('@', 2);
        return new Holder(int.TryParse(parts[0], out var pid) ? pid : 0, parts.Length == 2 ? parts[1] : "another machine", since, []);
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    // Without an address nobody is of the same cluster.
    static int[] KeysOf(Holder me) => [.. me.Nodes.DefaultIfEmpty(me.ToLine()).Select(KeyOf).Distinct()];

    static int KeyOf(string address) => BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(address)));

    // The database forgets the lock with the connection: it is taken again before anybody else does, or the node has lost its journal.
    async Task WatchAsync(Action<string> lost)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await _connection.WaitAsync(_end.Token);
            }
            catch (Exception error) when (PostgresJournal.IsUnreachable(error) || error is OperationCanceledException or InvalidOperationException or ObjectDisposedException)
            {
                if (await TakeAgainAsync() is { } why) lost(why);
            }
        }
    }

    // Why it cannot be had again; null where it can, or where nobody wants it any more.
    async Task<string?> TakeAgainAsync()
    {
        await _connection.DisposeAsync();
        while (!_end.IsCancellationRequested)
        {
            try
            {
                _connection = await ConnectAsync(_journal, _me, _end.Token);
                return null;
            }
            catch (HeldException error)
            {
                await _end.CancelAsync();
                return error.Message;
            }
            catch (Exception error) when (PostgresJournal.IsUnreachable(error))
            {
                await Task.Delay(BetweenTries, _end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _connection.Dispose();
    }
}
