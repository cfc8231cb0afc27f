using System.Globalization;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Chaos;

/// <summary>A sweep whose coordinator is killed again and again, against one that is left alone.</summary>
/// <param name="kills">How often.</param>
/// <param name="seed">Decides when.</param>
/// <param name="trials">Of the sweep: enough for so many kills.</param>
/// <param name="cancel">Gives up.</param>
internal sealed class SweepKills(int kills, int seed, int trials, CancellationToken cancel)
{
    const string Sweep = "sweep";

    // One trial at a time: what is decided then depends on nothing but the trials.
    const string Yaml = """
        name: sweep
        base:
          data: {kind: digits, train: 640, validation: 200, test: 100}
          epochs: 4
          model:
            input: [28, 28, 1]
            layers:
              - conv2d: {filters: 8, kernel: 3, activation: relu}
              - max_pooling2d: {pool: 2}
              - flatten
              - dense: {units: 10, activation: softmax}
        space:
          optimizer.lr: {kind: log, low: 0.0003, high: 0.03}
          filters: {path: "model.layers[0].filters", kind: choice, values: [4, 8, 16]}
        strategy: {kind: asha, reduction: 2}
        budget: {trials: 16}

        """;

    static readonly TimeSpan LongestPeace = TimeSpan.FromSeconds(4);

    /// <summary>What a trial came to; what was decided about it.</summary>
    sealed record Trial(int Number, string Settings, TrialPhase Phase, int Epochs, double? Objective, string? Why);

    /// <summary>How a sweep went.</summary>
    /// <param name="Phase">How it ended.</param>
    /// <param name="Trials">By number.</param>
    /// <param name="Kills">Of its coordinator.</param>
    /// <param name="Unclean">Trials that counted a sample twice or not at all.</param>
    sealed record Course(SweepPhase Phase, IReadOnlyList<Trial> Trials, int Kills, int Unclean);

    /// <summary>Runs both; a line a finding. True where nothing differs.</summary>
    public async Task<bool> RunAsync()
    {
        var (calm, struck) = (await RunAsync(0), await RunAsync(kills));
        Console.WriteLine("| | undisturbed | killed |");
        Console.WriteLine("| --- | --- | --- |");
        Row("coordinators killed with kill -9", course => course.Kills);
        Row("the sweep", course => course.Phase.ToString().ToLowerInvariant());
        Row("trials", course => course.Trials.Count);
        Row("epochs", course => course.Trials.Sum(each => each.Epochs));
        Row("trials whose audit is not clean", course => course.Unclean);
        var differing = calm.Trials.Zip(struck.Trials).Where(pair => pair.Item1 != pair.Item2).ToList();
        Console.WriteLine($"| trials that differ in parameters, epochs, objective or end | - | {differing.Count} |");
        foreach (var (one, other) in differing) Console.Error.WriteLine($"{one}\n{other}");
        return differing.Count == 0 && calm.Trials.Count == struck.Trials.Count && calm.Unclean + struck.Unclean == 0;

        void Row(string what, Func<Course, object> of) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {of(calm)} | {of(struck)} |"));
    }

    async Task<Course> RunAsync(int most)
    {
        var folder = Directory.CreateTempSubdirectory("convoy-chaos-").FullName;
        await using var cluster = new TestCluster(folder, 1);
        await cluster.StartCoordinator().UpAsync(cancel);
        cluster.StartWorker();
        await cluster.WorkersJoinAsync(1, cancel);
        await cluster.Sweeps.SubmitAsync(new SubmitSweep(Sweep, Spec(), ""), cancel);
        var end = EndAsync(cluster);
        var killed = await KillAsync(cluster, end, most);
        var phase = (await end).Phase;
        IReadOnlyList<Trial> found = [.. (await cluster.Sweeps.TrialsAsync(Sweep, cancel)).Select(trial => new Trial(
            trial.Number, string.Join(", ", trial.Settings.Select(setting => $"{setting.Name}={setting.Value}")), trial.Phase, trial.Epochs, trial.Objective, trial.Why))];
        var unclean = 0;
        foreach (var trial in found)
            if (!(await cluster.Client.AuditAsync($"{Sweep}-{trial.Number}", cancel)).Clean) unclean++;
        cluster.DeleteAtEnd = phase == SweepPhase.Completed;
        return new Course(phase, found, killed, unclean);
    }

    async Task<int> KillAsync(TestCluster cluster, Task end, int most)
    {
        var random = SeededRandom.Of("sweep kills", seed);
        for (var kill = 0; kill < most; kill++)
        {
            await Task.WhenAny(end, Task.Delay(LongestPeace * random.NextDouble(), cancel));
            if (end.IsCompleted) return kill;
            cluster.Coordinator.Signal(Signals.Kill);
            await cluster.Coordinator.ExitAsync(cancel);
            await cluster.StartCoordinator().UpAsync(cancel);
        }
        return most;
    }

    async Task<SweepView> EndAsync(TestCluster cluster)
    {
        await foreach (var view in cluster.Sweeps.WatchAsync(Sweep, cancel))
            if (view.HasEnded) return view;
        throw new InvalidOperationException("the sweep was lost sight of");
    }

    string Spec() => SweepWriter.Write(SweepReader.Read(Yaml, "sweep.yaml", [string.Create(CultureInfo.InvariantCulture, $"budget.trials={trials}")]));
}
