using Akka.Actor;
using Akka.Persistence;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Npgsql;

namespace Convoy.Coordinator.Tests.Hosting;

public sealed class PostgresJournalTests(PostgresServer postgres) : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-postgres-");

    public void Dispose() => _folder.Delete(recursive: true);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_gone_on_with_from_the_database_by_another_process()
    {
        var journal = await postgres.CreateDatabaseAsync();
        var spec = SpecWriter.Write(SpecReader.Read(Presets.TryGet("digits", out var yaml) ? yaml : "", "digits.yaml", ["epochs=3"]));
        await using (var node = await Node.Start(journal))
        {
            node.AddWorker("w1", slots: 1, holdAfter: 2);
            await node.Ask(new SubmitJob("a", spec, Path.Combine(_folder.FullName, "a")));
            await node.Watch("a").For<JobView>(view => view.History.Count == 2);
        }
        await using (var node = await Node.Start(journal))
        {
            node.AddWorker("w1", slots: 1);
            var view = await node.Watch("a").ForPhase(JobPhase.Completed);
            Assert.Equal((2, 3), (view.Generation, view.History.Count));
            Assert.True(Assert.IsType<AuditReport>(await node.Ask(new AuditJob("a"))).Clean);
        }
    }

    [Fact]
    public async Task Coordinators_that_start_at_once_make_the_tables_once()
    {
        var journal = await postgres.CreateDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => PostgresJournal.Prepare(journal), Cancel)));
        Assert.Equal(3, (await ColumnsAsync(journal)).Select(column => column.Split(' ')[0]).Distinct().Count());
    }

    [Fact]
    public async Task The_tables_are_those_that_the_plugins_would_make()
    {
        var (ours, theirs) = (await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());
        PostgresJournal.Prepare(ours);
        using var system = ActorSystem.Create("plugins", SqlJournal.Plugins(theirs, "PostgreSQL", parallelism: 1, makeTables: true).WithFallback(SqlJournal.Defaults).WithFallback("akka.loglevel = OFF"));
        var persistence = Persistence.Instance.Apply(system);
        await persistence.JournalFor("").Ask<RecoverySuccess>(self => new ReplayMessages(1, 1, 1, "nobody", self), TimeSpan.FromMinutes(1), Cancel);
        await persistence.SnapshotStoreFor("").Ask<LoadSnapshotResult>(new LoadSnapshot("nobody", SnapshotSelectionCriteria.Latest, 1), TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal(await ColumnsAsync(theirs), await ColumnsAsync(ours));
    }

    [Theory]
    [InlineData("postgres://ann:p%40ss@db.example:5433/jobs?sslmode=require&application_name=here", "Host=db.example;Port=5433;Username=ann;Password=p@ss;Database=jobs;SSL Mode=Require;Application Name=here")]
    [InlineData("postgresql://db.example/jobs?user=ann&connect_timeout=3", "Host=db.example;Database=jobs;Username=ann;Timeout=3")]
    [InlineData("postgres:///jobs?host=/run/postgresql", "Host=/run/postgresql;Database=jobs")]
    [InlineData("Server=db.example;User Id=ann", "Host=db.example;Username=ann")]
    public void A_database_is_named_as_a_URI_or_as_Npgsql_does(string text, string meant)
    {
        Assert.True(PostgresJournal.IsMeant(text));
        Assert.True(new NpgsqlConnectionStringBuilder(meant).EquivalentTo(PostgresAddress.Parse(text)));
    }

    [Theory]
    [InlineData("journal.db"), InlineData("/srv/runs/a=b.db"), InlineData("C:\\runs\\journal.db")]
    public void Anything_else_is_a_file(string text) => Assert.False(PostgresJournal.IsMeant(text));

    [Theory]
    [InlineData("postgres://ann:hunter2@db.example:x/jobs")]
    [InlineData("postgres://ann:hunter2@db.example/jobs?sslmood=require")]
    [InlineData("Host=db.example;Pasword=hunter2")]
    [InlineData("Host=db.example;Password=\"hunter2")]
    [InlineData("Port=hunter2;Host=db.example")]
    [InlineData("Database=jobs;Password=hunter2")]
    public void What_is_neither_is_told_without_repeating_it(string text)
    {
        var error = Assert.Throws<NodeOptionsException>(() => PostgresAddress.Parse(text));
        Assert.StartsWith("the journal is neither a file nor a connection string", error.Message);
        Assert.DoesNotContain("hunter2", error.ToString());
    }

    static async Task<List<string>> ColumnsAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var query = source.CreateCommand("""
            SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
            FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
            """);
        await using var rows = await query.ExecuteReaderAsync(Cancel);
        var columns = new List<string>();
        while (await rows.ReadAsync(Cancel)) columns.Add(rows.GetString(0));
        return columns;
    }
}
