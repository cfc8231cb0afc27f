using System.Text.Json;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;
using Convoy.Shared.Serialization;
using Convoy.Shared.Specs;
using Microsoft.Data.Sqlite;

namespace Convoy.Cli.Tests;

/// <summary><c>convoy jobs audit --run</c> on journals written here, row by row.</summary>
public sealed class AuditTests : IDisposable
{
    static readonly string Spec = SpecWriter.Write(SpecReader.Read(Presets.TryGet("digits", out var yaml) ? yaml : "", "digits.yaml", ["batch_size=10", "epochs=1"]));

    readonly Invocation _convoy = new();

    public void Dispose() => _convoy.Dispose();

    [Fact]
    public async Task A_run_is_clean_where_every_step_was_counted_once()
    {
        Write(("a", Trained(Counted(1, 0, 10))));
        Assert.Equal(ExitCode.Done, await _convoy.RunAsync("jobs", "audit", "--run", "run"));
        Assert.Equal("epoch 1: 95 of 95 samples once, in 10 of 10 steps (generation 1)\nclean: every sample was counted exactly once in each epoch\n", _convoy.Out.ToString());
        Assert.Equal(["journal.db"], Directory.EnumerateFiles(Path.Combine(_convoy.Folder, "run")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_step_that_nobody_counted_is_exit_code_1_and_told()
    {
        Write(("a", Trained(Counted(1, 0, 4), new WorldStarted(2, 5), Counted(2, 5, 5))));
        Assert.Equal(ExitCode.Failed, await _convoy.RunAsync("jobs", "audit", "--run", "run", "--json"));
        var report = JsonDocument.Parse(_convoy.Out.ToString()).RootElement;
        Assert.Equal(("a", false, 10), (report.GetProperty("job").GetString(), report.GetProperty("clean").GetBoolean(), report.GetProperty("epochs")[0].GetProperty("samples_missing").GetInt32()));
        Assert.Empty(_convoy.ErrorLines);
    }

    [Fact]
    public async Task Of_several_jobs_one_is_named()
    {
        Write(("a", Trained(Counted(1, 0, 10))), ("b", Trained()));
        Assert.Equal(ExitCode.Usage, await _convoy.RunAsync("jobs", "audit", "--run", "run"));
        Assert.Equal(["convoy: run: holds 2 jobs; name one of a, b"], _convoy.ErrorLines);
        Assert.Equal(ExitCode.Done, await _convoy.RunAsync("jobs", "audit", "a", "--run", "run"));
    }

    [Theory]
    [InlineData(ExitCode.Usage, "convoy: jobs audit needs a job's ID, or --run DIR, the folder of a run of this machine")]
    [InlineData(ExitCode.Usage, "convoy: --run reads a folder of this machine, --server asks a coordinator: leave one out", "--run", "run", "--server", "http://127.0.0.1:1")]
    [InlineData(ExitCode.Failed, "convoy: nowhere: holds no run (journal.db is missing)", "--run", "nowhere")]
    [InlineData(ExitCode.Failed, "convoy: run: there is no job 'b'", "b", "--run", "run")]
    public async Task What_cannot_be_audited_is_one_line(int code, string line, params string[] arguments)
    {
        Write(("a", Trained()));
        Assert.Equal(code, await _convoy.RunAsync(["jobs", "audit", .. arguments]));
        Assert.Equal([line], _convoy.ErrorLines);
    }

    static IJournalled[] Trained(params IJournalled[] counted) =>
    [
        new WorldFormed(1, ["w1"], null), new WorldStarted(1, 0), new TrainingStarted(1, 10, ["cat", "dog"], 0, 95), .. counted,
        new EpochCompleted(new EpochMetrics(1, new Metrics(1, 0.5, 95), null, 1, 95)),
    ];

    static StepsCounted Counted(int generation, int first, int count) => new(new Stretch(generation, 1, first, count, Math.Min(95, (first + count) * 10) - first * 10));

    // The columns that a journal's table has and its reader needs.
    void Write(params (string JobId, IJournalled[] Events)[] jobs)
    {
        var format = new WireFormat(WireTypes.From(typeof(IWire).Assembly, typeof(JobState).Assembly));
        var folder = Directory.CreateDirectory(Path.Combine(_convoy.Folder, "run")).FullName;
        using var journal = new SqliteConnection($"Data Source={Path.Combine(folder, "journal.db")};Pooling=false");
        journal.Open();
        Execute(journal, "CREATE TABLE journal (persistence_id TEXT, sequence_number INTEGER, manifest TEXT, message BLOB)");
        foreach (var (id, events) in jobs)
            foreach (var (number, change) in events.Prepend(new JobSubmitted(id, Spec, folder, JobPlan.Of(SpecReader.Read(Spec, "spec.yaml")))).Index())
                Execute(journal, "INSERT INTO journal VALUES ($id, $number, $manifest, $message)", ("$id", "job-" + id), ("$number", number + 1), ("$manifest", format.Manifest(change)), ("$message", format.Write(change)));
    }

    static void Execute(SqliteConnection journal, string sql, params (string Name, object Value)[] values)
    {
        using var command = journal.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
