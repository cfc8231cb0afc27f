using Akka.Actor;
using Akka.Persistence;
using Convoy.Coordinator.Sweeps;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Cli.Tests.Dashboard;

/// <summary>A sweep of thousands of trials that has ended, which a cluster would need days for: its journal, as if it had run, and its folder.</summary>
static class BigSweep
{
    public const string Id = "big";
    public const int Count = 5000;

    const string Spec = """
        name: big
        base:
          data: {kind: digits}
          model:
            input: [28, 28, 1]
            layers:
              - conv2d: {filters: 8, kernel: 3, activation: relu}
              - flatten
              - dropout: {rate: 0.5}
              - dense: {units: 10, activation: softmax}
          epochs: 9
        space:
          optimizer.lr: {kind: log, low: 0.0001, high: 0.1}
          optimizer.kind: {kind: choice, values: [rmsprop, sgd]}
          optimizer.momentum: {kind: float, low: 0.5, high: 0.99, when: {optimizer.kind: sgd}}
          filters: {path: "model.layers[0].filters", kind: choice, values: [8, 16, 32, 64]}
          dropout: {path: "model.layers[2].rate", kind: float, low: 0, high: 0.7}
        strategy: {kind: asha, reduction: 3}
        budget: {trials: 5000}
        """;

    /// <summary>Writes it all; the sweep's own actor reads the journal when it is first asked for.</summary>
    public static async Task WriteAsync(ActorSystem system, string folder)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "spec.yaml"), Spec);
        var spec = SweepReader.Read(Spec, "sweep.yaml");
        ISweepJournalled[] events =
        [
            new SweepSubmitted(Id, SweepWriter.Write(spec), folder, SweepPlan.Of(spec, 9, 0)),
            .. Enumerable.Range(0, Count).SelectMany(Trial),
            new SweepClosing(SweepPhase.Completed, "all 5,000 trials are done", 7200),
            new SweepEnded(Id),
        ];
        var writer = system.ActorOf(Props.Create(() => new Writer()));
        foreach (var some in events.Chunk(1000)) await writer.Ask<int>(some, TimeSpan.FromMinutes(1));
        await writer.GracefulStop(TimeSpan.FromSeconds(10));
    }

    static IEnumerable<ISweepJournalled> Trial(int number)
    {
        var random = SeededRandom.Of("big-sweep", number);
        var (lr, filters, dropout, sgd) = (Math.Pow(10, -4 + 3 * random.NextDouble()), 8 << random.NextInt(4), 0.7 * random.NextDouble(), random.NextInt(2) == 1);
        List<Setting> settings = [new("optimizer.lr", Text(lr)), new("optimizer.kind", sgd ? "sgd" : "rmsprop")];
        if (sgd) settings.Add(new("optimizer.momentum", Text(0.5 + 0.49 * random.NextDouble())));
        settings.AddRange([new("filters", Text(filters)), new("dropout", Text(dropout))]);
        var objective = 0.99 - 0.05 * Square(Math.Log10(lr) + 2.8) - 0.1 * Square(dropout - 0.3) - 0.02 * random.NextDouble();
        var epochs = number % 9 == 0 ? 9 : number % 3 == 0 ? 3 : 1;
        yield return new TrialStarted(number, new Assignment(settings), $"{number}", 9, 0);
        if (number % 50 == 1)
        {
            yield return new TrialFailed(number, "the loss is not a number in epoch 1");
            yield break;
        }
        for (var epoch = 1; epoch <= epochs; epoch++) yield return new TrialReported(number, epoch, objective - 0.01 * (epochs - epoch), 1, 1, number);
        if (epochs == 9) yield return new TrialCompleted(number, null);
        else
        {
            yield return new TrialStopped(number, $"was not to go on from epoch {epochs}");
            yield return new TrialClosed(number);
        }
    }

    static double Square(double x) => x * x;

    static string Text(double value) => value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Writes events as the sweep's own actor does.</summary>
    sealed class Writer : ReceivePersistentActor
    {
        public Writer()
        {
            Command<ISweepJournalled[]>(events =>
            {
                var (sender, left) = (Sender, events.Length);
                PersistAll(events, _ => { if (--left == 0) sender.Tell(events.Length); });
            });
            Recover<object>(_ => { });
        }

        public override string PersistenceId => SweepActor.PersistencePrefix + Id;
    }
}
