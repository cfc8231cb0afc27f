using System.Threading.Channels;
using Convoy.Cli.Jobs;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Sweeps;

namespace Convoy.Cli.Tests.Support;

/// <summary>Sweeps that go as a script says: it is called with every command and writes the news.</summary>
sealed class FakeSweeps(Action<ISweepMessage, ChannelWriter<SweepView>> script) : ISweepHost, ISweepClient
{
    readonly Channel<SweepView> _news = Channel.CreateUnbounded<SweepView>();

    public List<ISweepMessage> Commands { get; } = [];
    public int Slots { get; private set; }
    public string? Device { get; private set; }
    public SweepView? Stored { get; init; }
    public string? SpecAtStart { get; private set; }

    public static FakeSweeps Silent => new((_, _) => { });

    public static SweepView View(SweepPhase phase, string folder = "/sweeps/s", params TrialView[] trials) => new(
        "s", "story", phase, null, "val_acc",
        new(trials.Length, Of(trials, TrialPhase.Running).Length, Of(trials, TrialPhase.Paused).Length, Of(trials, TrialPhase.Completed).Length, Of(trials, TrialPhase.Stopped).Length, Of(trials, TrialPhase.Failed).Length),
        new(trials.Length, trials.Sum(trial => trial.Epochs), 12), new(4, null, null), trials.MaxBy(trial => trial.Objective),
        [.. trials.Where(trial => trial.Objective is not null).OrderByDescending(trial => trial.Objective)], Of(trials, TrialPhase.Running), [.. Of(trials, TrialPhase.Stopped), .. Of(trials, TrialPhase.Failed)], folder, 2);

    public static TrialView Trial(int number, TrialPhase phase, double? objective = null, string? why = null) =>
        new(number, $"s-{number}", phase, [new Setting("optimizer.lr", "0.01")], objective, objective is null ? null : 1, objective is null ? 0 : 1, 4, 3, 3, why, phase == TrialPhase.Completed ? News.Test : null);

    static TrialView[] Of(TrialView[] trials, TrialPhase phase) => [.. trials.Where(trial => trial.Phase == phase)];

    public Task<ISweepClient> StartSweepsAsync(string folder, ClusterSize size, CancellationToken cancel)
    {
        (Slots, Device) = (size.Slots, size.Device);
        SpecAtStart = File.Exists(Path.Combine(folder, "spec.yaml")) ? File.ReadAllText(Path.Combine(folder, "spec.yaml")) : null;
        return Task.FromResult<ISweepClient>(this);
    }

    public Task SubmitAsync(SubmitSweep sweep, CancellationToken cancel) => Do(sweep);
    public Task PauseAsync(string sweepId, CancellationToken cancel) => Do(new PauseSweep(sweepId));
    public Task ResumeAsync(string sweepId, CancellationToken cancel) => Do(new ResumeSweep(sweepId));
    public Task CancelAsync(string sweepId, CancellationToken cancel) => Do(new CancelSweep(sweepId));
    public Task<SweepView> GetAsync(string sweepId, CancellationToken cancel) =>
        Stored is null ? Task.FromException<SweepView>(new UnknownJobException($"there is no sweep '{sweepId}'")) : Task.FromResult(Stored);
    public Task<IReadOnlyList<TrialView>> TrialsAsync(string sweepId, CancellationToken cancel) => Task.FromResult<IReadOnlyList<TrialView>>([]);

    public IAsyncEnumerable<SweepView> WatchAsync(string sweepId, CancellationToken cancel)
    {
        _ = Do(new WatchSweep(sweepId, null!));
        return _news.Reader.ReadAllAsync(cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    Task Do(ISweepMessage command)
    {
        Commands.Add(command);
        script(command, _news.Writer);
        return Task.CompletedTask;
    }
}
