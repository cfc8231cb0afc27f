using Convoy.Cli.Progress;
using Convoy.Cli.Sweeps;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Spectre.Console.Testing;

namespace Convoy.Cli.Tests;

public sealed class SweepLookTests
{
    static TrialView Running(int number) => FakeSweeps.Trial(number, TrialPhase.Running, 0.8);

    static TrialView Paused(int number) => FakeSweeps.Trial(number, TrialPhase.Paused, 0.9);

    static async Task<string> Shown(SweepView view)
    {
        var console = new TestConsole().Width(120).Interactive();
        var progress = new TerminalProgress<SweepView>(console, new SweepLook());
        await progress.RunAsync(() =>
        {
            progress.Show(view);
            return Task.CompletedTask;
        });
        return console.Output;
    }

    public static TheoryData<SweepCost, double, TrialView[], string> Budgets => new()
    {
        // Five epochs for two trials are ten for four; two and a half are done, 4 s each.
        { new(4, null, null), 10, [Paused(0), Running(1)], "2 epochs in 0:10   left: 2 trials to begin, about 0:30" },
        { new(null, 10, null), 10, [Paused(0), Running(1)], "2 epochs in 0:10   left: 8 epochs, about 0:30" },
        { new(4, null, 60), 10, [Paused(0), Running(1)], "2 epochs in 0:10   left: 2 trials to begin, at most 0:50" },
        { new(2, null, null), 10, [Paused(0), Running(1)], "2 epochs in 0:10   left: about 0:10" },
        { new(2, null, null), 10, [FakeSweeps.Trial(0, TrialPhase.Running), FakeSweeps.Trial(1, TrialPhase.Running)], "0 epochs in 0:10" },
    };

    [Theory]
    [MemberData(nameof(Budgets))]
    public async Task It_says_what_the_budget_leaves_and_how_long_that_takes(SweepCost limits, double seconds, TrialView[] trials, string line)
    {
        var view = FakeSweeps.View(SweepPhase.Running, trials: trials);

        var shown = await Shown(view with { Limits = limits, Spent = view.Spent with { Seconds = seconds } });

        Assert.EndsWith(line, shown.Split('\n').Last(text => text.StartsWith("trials 2: ", StringComparison.Ordinal)).TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_why_the_latest_trials_ended()
    {
        var shown = await Shown(FakeSweeps.View(SweepPhase.Running, trials:
        [
            Running(0), FakeSweeps.Trial(1, TrialPhase.Stopped, 0.4, "worse than the median of 3 trials after epoch 1"), FakeSweeps.Trial(2, TrialPhase.Failed, why: "the loss is not a number"),
        ]));

        Assert.Contains("  trial 1 stopped after epoch 1: worse than the median of 3 trials after epoch 1", shown, StringComparison.Ordinal);
        Assert.Contains("  trial 2 failed after epoch 0: the loss is not a number", shown, StringComparison.Ordinal);
    }
}
