using System.Diagnostics;
using Akka.Actor;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Transport;
using MessagePack;
using Microsoft.Data.Sqlite;

namespace Convoy.Coordinator.Tests.Hosting;

/// <summary>What an epoch costs a coordinator, after few epochs and after many.</summary>
public sealed class EpochCostTests(ITestOutputHelper output) : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-cost-");

    public void Dispose() => _folder.Delete(recursive: true);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void What_is_done_and_told_of_an_epoch_does_not_grow_with_the_history()
    {
        var (state, told) = (Running(), new List<(long Allocated, int Bytes)>());
        IReadOnlyList<EpochMetrics> known = [];
        for (var epoch = 1; epoch <= 10_000; epoch++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            state = After(state, new StepsCommitted("a", 1, epoch, 0, 10, 100));
            state = After(state, new CheckpointWritten("a", 1, epoch * 10, epoch, $"checkpoints/step-{epoch * 10:D8}.safetensors", "sha", 1, EpochEnd: true));
            state = After(state, new EpochFinished("a", 1, epoch * 10, Row(epoch)));
            var news = state.View().Since(known);
            known = state.History;
            told.Add((GC.GetAllocatedBytesForCurrentThread() - before, MessagePackSerializer.Serialize(news, cancellationToken: Cancel).Length));
        }
        Assert.Equal((10_000, 10_000, 9_700), (state.History.Count, state.Ledger.Stretches.Count, state.View().BestEpoch));
        var (early, late) = (told[250..350], told[9_900..]);
        Assert.True(late.Average(each => each.Allocated) < 2 * early.Average(each => each.Allocated), $"{early.Average(each => each.Allocated)} bytes grew to {late.Average(each => each.Allocated)}");
        Assert.InRange(late.Max(each => each.Bytes), 0, early.Max(each => each.Bytes) + 20);
    }

    [Fact, Trait("Category", "Slow")]
    public async Task Ten_thousand_epochs_of_a_real_job()
    {
        var journal = Path.Combine(_folder.FullName, "journal.db");
        await using var node = await Node.Start(journal);
        node.System.ActorOf(Props.Create(() => new ReadyWorker(node.Jobs, node.Scheduler)));
        var spec = SpecWriter.Write(SpecReader.Read(Presets.TryGet("digits", out var yaml) ? yaml : "", "digits.yaml", ["epochs=10000"]));
        await node.Ask(new SubmitJob("a", spec, Path.Combine(_folder.FullName, "a")));
        var epochs = int.Parse(Environment.GetEnvironmentVariable("CONVOY_TEST_EPOCHS") ?? "10000", null);
        using var cluster = new AkkaWatch(node);
        await cluster.UntilAsync(view => view.Phase == JobPhase.Running);
        var (windows, size) = (new Dictionary<int, (double Milliseconds, double Bytes)>(), 0L);
        long began = 0;
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            if (epoch % 100 == 1) (began, size) = (Stopwatch.GetTimestamp(), Size(journal));
            node.Jobs.Tell(new StepsCommitted("a", 1, epoch, 0, 10, 640));
            node.Jobs.Tell(new CheckpointWritten("a", 1, epoch * 10, epoch, $"checkpoints/step-{epoch * 10:D8}.safetensors", "sha", 1, EpochEnd: true));
            node.Jobs.Tell(new EpochFinished("a", 1, epoch * 10, Row(epoch)));
            await cluster.UntilAsync(view => view.History.Count >= epoch);
            if (epoch % 100 == 0) windows[epoch] = (Stopwatch.GetElapsedTime(began).TotalMilliseconds / 100, (Size(journal) - size) / 100.0);
        }
        foreach (var (epoch, (milliseconds, bytes)) in windows.Where(window => window.Key is 100 or 300 or 1_000 or 1_900 or 5_000 or 10_000))
            output.WriteLine($"epoch {epoch}: {milliseconds:F1} ms, {bytes:F0} bytes of journal");
        output.WriteLine($"snapshots: {Number(journal, "SELECT count(*) FROM snapshot")}, journal and snapshots together {Size(journal) / (double)epochs:F0} bytes an epoch");
        Assert.InRange(Number(journal, "SELECT count(*) FROM snapshot WHERE persistence_id = 'job-a'"), 0, 2);
        Assert.Equal(epochs + 1, File.ReadLines(Path.Combine(_folder.FullName, "a", "history.csv")).Count());
        if (epochs == 10_000) Assert.True(windows[10_000].Milliseconds < 3 * windows[300].Milliseconds + 5, $"{windows[300].Milliseconds} ms an epoch grew to {windows[10_000].Milliseconds}");
    }

    static JobState Running() => Jobs.Scenario.Running(1).State;

    static JobState After(JobState state, object input) => JobLogic.Decide(state, input).Events.Aggregate(state, (known, change) => known.Apply(change));

    // The best is the 9,700th.
    static EpochMetrics Row(int epoch) => new(epoch, new Metrics(1.0 / epoch, 0.5, 100), new Metrics(1.0 / epoch, 0.9 - Math.Abs(9_700 - epoch) / 20_000.0, 20), 2.5, 40);

    static long Size(string journal) => Number(journal, "SELECT (SELECT coalesce(sum(length(message)), 0) FROM journal) + (SELECT coalesce(sum(length(snapshot)), 0) FROM snapshot)");

    static long Number(string journal, string query)
    {
        using var connection = new SqliteConnection($"Data Source={journal};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Follows job a as clients do.</summary>
    sealed class AkkaWatch : IDisposable
    {
        readonly AkkaJobClient _client;
        readonly CancellationTokenSource _end = new();
        readonly IAsyncEnumerator<IWire> _news;
        JobView? _view;

        public AkkaWatch(Node node)
        {
            _client = new AkkaJobClient(node.System, node.Jobs, () => ValueTask.CompletedTask);
            _news = _client.WatchAsync("a", _end.Token).GetAsyncEnumerator(_end.Token);
        }

        public async Task UntilAsync(Func<JobView, bool> wanted)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            patience.CancelAfter(TimeSpan.FromMinutes(1));
            while (_view is null || !wanted(_view))
            {
                Assert.True(await _news.MoveNextAsync().AsTask().WaitAsync(patience.Token));
                _view = _news.Current as JobView ?? _view;
            }
        }

        public void Dispose() => _end.Cancel();
    }

    /// <summary>Is ready at once, and then leaves it to the test what its replica has done.</summary>
    sealed class ReadyWorker : ReceiveActor
    {
        public ReadyWorker(IActorRef jobs, IActorRef scheduler)
        {
            Receive<StartReplica>(start => jobs.Tell(new ReplicaReady(start.World.JobId, start.World.Generation, start.Rank, 10, 0, ["cat", "dog"], 640)));
            ReceiveAny(_ => { });
            scheduler.Tell(new RegisterWorker("w1", Self, 1, "cpu", "127.0.0.1", 7000, WorldWire.Version));
        }
    }
}
