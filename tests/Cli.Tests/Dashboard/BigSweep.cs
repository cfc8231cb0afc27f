using Convoy.Shared.Data;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Sweeps;

namespace Convoy.Cli.Tests.Dashboard;

/// <summary>A sweep of thousands of trials that has ended: what a cluster would need days for, behind the real API.</summary>
sealed class BigSweep : ISweepClient
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

    readonly IReadOnlyList<TrialView> _trials;
    readonly SweepView _view;

    public BigSweep(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "spec.yaml"), Spec);
        _trials = [.. Enumerable.Range(0, Count).Select(Trial)];
        var counts = new TrialCounts(Count, 0, 0, Of(TrialPhase.Completed), Of(TrialPhase.Stopped), Of(TrialPhase.Failed));
        _view = new(Id, Id, SweepPhase.Completed, "all 5,000 trials are done", "val_acc", counts, new(Count, _trials.Sum(trial => trial.Epochs), 7200), new(Count, null, null), _trials.MaxBy(trial => trial.Objective ?? 0), [], [], [], folder, 8);
    }

    int Of(TrialPhase phase) => _trials.Count(trial => trial.Phase == phase);

    static TrialView Trial(int number)
    {
        var random = SeededRandom.Of("big-sweep", number);
        var (lr, filters, dropout, sgd) = (Math.Pow(10, -4 + 3 * random.NextDouble()), 8 << random.NextInt(4), 0.7 * random.NextDouble(), random.NextInt(2) == 1);
        List<Setting> settings = [new("optimizer.lr", Text(lr)), new("optimizer.kind", sgd ? "sgd" : "rmsprop")];
        if (sgd) settings.Add(new("optimizer.momentum", Text(0.5 + 0.49 * random.NextDouble())));
        settings.AddRange([new("filters", Text(filters)), new("dropout", Text(dropout))]);
        var objective = 0.99 - 0.05 * Square(Math.Log10(lr) + 2.8) - 0.1 * Square(dropout - 0.3) - 0.02 * random.NextDouble();
        var epochs = number % 9 == 0 ? 9 : number % 3 == 0 ? 3 : 1;
        return number % 50 == 1
            ? new(number, $"{Id}-{number}", TrialPhase.Failed, settings, null, null, 0, 1, 1, 1, "the loss is not a number in epoch 1", null)
            : new(number, $"{Id}-{number}", epochs == 9 ? TrialPhase.Completed : TrialPhase.Stopped, settings, objective, epochs, epochs, 9, epochs, epochs, epochs == 9 ? null : $"was not to go on from epoch {epochs}", null);
    }

    static double Square(double x) => x * x;

    static string Text(double value) => value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture);

    public Task<SweepView> GetAsync(string sweepId, CancellationToken cancel) => Task.FromResult(_view);
    public Task<IReadOnlyList<TrialView>> TrialsAsync(string sweepId, CancellationToken cancel) => Task.FromResult(_trials);

    public async IAsyncEnumerable<SweepView> WatchAsync(string sweepId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Yield();
        yield return _view;
    }

    public Task SubmitAsync(SubmitSweep sweep, CancellationToken cancel) => throw new JobRefusedException("it has ended");
    public Task PauseAsync(string sweepId, CancellationToken cancel) => throw new JobRefusedException("it has ended");
    public Task ResumeAsync(string sweepId, CancellationToken cancel) => throw new JobRefusedException("it has ended");
    public Task CancelAsync(string sweepId, CancellationToken cancel) => throw new JobRefusedException("it has ended");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
