using Convoy.Shared.Hosting;
using Npgsql;

namespace Convoy.Coordinator.Tests.Hosting;

/// <summary>Who has a journal and a folder of runs.</summary>
public sealed class OwnershipTests(PostgresServer postgres) : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-owners-");
    readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _folder.Delete(recursive: true);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string Me => $"process {Environment.ProcessId} on {Environment.MachineName}, since ";

    CoordinatorLocks Locks(string journal, string? runs, int port, params string[] seeds) =>
        new(new NodeOptions { Roles = [NodeRoles.Coordinator], Journal = journal, Runs = runs, Port = port, Seeds = seeds }, why => _lost.TrySetResult(why));

    string In(string name) => Path.Combine(_folder.FullName, name);

    [Fact]
    public async Task A_second_node_on_a_journal_does_not_start()
    {
        await using (await Node.Start(In("journal.db")))
        {
            var error = await Assert.ThrowsAsync<NodeStartException>(() => Node.Start(In("journal.db")));
            Assert.StartsWith($"the journal {In("journal.db")} is in use by {Me}", error.Message);
        }
        await using (await Node.Start(In("journal.db"))) { }
    }

    [Fact]
    public void Two_journals_do_not_share_a_folder_of_runs()
    {
        using (Locks(In("a.db"), In("runs"), 4053))
            Assert.StartsWith($"the folder of runs {In("runs")} is in use by {Me}", Assert.Throws<NodeStartException>(() => Locks(In("b.db"), In("runs"), 4054, "127.0.0.1:4053")).Message);
        Locks(In("b.db"), In("runs"), 4054).Dispose();
    }

    [Fact]
    public async Task Coordinators_of_one_cluster_share_a_database_and_a_folder_and_those_of_another_are_refused()
    {
        var journal = await postgres.CreateDatabaseAsync();
        using (var first = Locks(journal, In("runs"), 4053, "node-1:4053", "node-2:4053"))
        using (Locks(journal, In("runs"), 4054, "node-2:4053"))
        {
            first.Dispose();
            var error = Assert.Throws<NodeStartException>(() => Locks(journal, In("elsewhere"), 4055, "node-3:4053"));
            Assert.Matches($"^the journal, database 'test_.*', is in use by {Me}.*; end that one first or, where both are of one cluster, give both the same --join$", error.Message);
            Assert.Throws<NodeStartException>(() => Locks(In("other.db"), In("runs"), 0));
            Locks(journal, In("runs"), 4056, "node-2:4053").Dispose();
        }
        Locks(journal, In("runs"), 4055, "node-3:4053").Dispose();
    }

    [Fact]
    public async Task A_lock_that_the_database_has_forgotten_is_taken_again()
    {
        var journal = await postgres.CreateDatabaseAsync();
        using var mine = Locks(journal, null, 4053, "node-1:4053");
        await using var watching = await OpenAsync(journal);
        var before = await HolderAsync(watching);
        await RunAsync(watching, $"SELECT pg_terminate_backend({before})");
        await UntilAsync(async () => await HolderAsync(watching) is { } now && now != before);
        Assert.Throws<NodeStartException>(() => Locks(journal, null, 4054, "node-2:4053"));
        Assert.False(_lost.Task.IsCompleted);
    }

    [Fact]
    public async Task A_coordinator_whose_journal_another_cluster_has_taken_meanwhile_is_told()
    {
        var journal = await postgres.CreateDatabaseAsync();
        using var mine = Locks(journal, null, 4053, "node-1:4053");
        await using var other = await OpenAsync(journal, "convoy 42@elsewhere");
        await using (var gate = await other.BeginTransactionAsync(Cancel))
        {
            await RunAsync(other, "SELECT pg_advisory_xact_lock(7163522)");
            await RunAsync(other, $"SELECT pg_terminate_backend({await HolderAsync(other)})");
            await RunAsync(other, "SELECT pg_advisory_lock_shared(7163522, 42)");
            await gate.CommitAsync(Cancel);
        }
        Assert.Contains("is in use by process 42 on elsewhere, since ", await _lost.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel));
    }

    static async Task<NpgsqlConnection> OpenAsync(string journal, string name = "test")
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(journal) { Pooling = false, ApplicationName = name }.ToString());
        await connection.OpenAsync(Cancel);
        return connection;
    }

    // Of the process that has the journal's lock.
    static async Task<int?> HolderAsync(NpgsqlConnection connection)
    {
        await using var query = new NpgsqlCommand("SELECT min(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7163522 AND objsubid = 2", connection);
        return await query.ExecuteScalarAsync(Cancel) as int?;
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!await holds()) await Task.Delay(50, limit.Token);
    }
}
