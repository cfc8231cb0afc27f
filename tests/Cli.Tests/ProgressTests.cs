using System.Text.RegularExpressions;
using Convoy.Cli.Progress;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console.Testing;

namespace Convoy.Cli.Tests;

public sealed class ProgressTests
{
    static readonly ProgressModel Empty = new() { BatchSize = 64 };

    static ProgressModel After(params IWire[] news) => news.Aggregate(Empty, (model, message) => model.With(message));

    [Fact]
    public void The_time_left_counts_the_steps_and_the_validations_to_come()
    {
        // 640 samples at 320/s are 2 s of the epoch's 3: validation takes 1. Left: 35 steps of 64 at 640/s, and 4 validations.
        var model = After(News.View(JobPhase.Running, epochsDone: 1, step: 10), News.Step(2, 5));

        Assert.Equal(35 * 64 / 640.0 + 4, model.Left()!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void No_time_left_is_claimed_before_a_speed_is_known()
    {
        Assert.Null(Empty.Left());
        Assert.Null(After(News.View(JobPhase.Running), News.Step(1, 1, speed: 0)).Left());
    }

    [Fact]
    public void Steps_of_a_world_that_is_no_more_are_ignored()
    {
        var model = After(News.View(JobPhase.Running, generation: 2), News.Step(1, 5, generation: 2), News.Step(1, 9, generation: 1));

        Assert.Equal(5, model.Step!.EpochStep);
    }

    [Fact]
    public void Plain_lines_come_at_the_first_step_and_then_every_five_seconds()
    {
        var (output, time) = (new StringWriter(), new FakeTimeProvider());
        var progress = new PlainProgress<ProgressModel>(output, time, new TrainingLook());
        var model = Empty;
        void Hear(IWire news) => progress.Show(model = model.With(news));

        Hear(News.View(JobPhase.Running));
        for (var step = 1; step <= 8; step++)
        {
            Hear(News.Step(1, step));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["2 replicas, 10 steps an epoch, 5 epochs", "epoch 1/5  step 1/10", "epoch 1/5  step 6/10"], lines.Select(line => line.Split("  640")[0]));
    }

    [Fact]
    public async Task Before_the_first_step_it_says_how_far_the_base_has_come()
    {
        var (plain, console) = (new StringWriter(), new TestConsole().Width(160).Interactive());
        var (lines, terminal) = (new PlainProgress<ProgressModel>(plain, new FakeTimeProvider(), new TrainingLook()), new TerminalProgress<ProgressModel>(console, new TrainingLook()));
        var model = After(News.View(JobPhase.Running), new FeatureProgress("r", 1, 512, 2000));

        lines.Show(model);
        await terminal.RunAsync(() =>
        {
            terminal.Show(model);
            return Task.CompletedTask;
        });

        Assert.EndsWith($"features 512/2,000{Environment.NewLine}", plain.ToString());
        Assert.Contains("features 512/2,000  ━━━━━━━━", console.Output);
        Assert.Null(model.With(News.Step(1, 1)).Features);
    }

    [Fact]
    public void A_change_of_the_world_is_said_once()
    {
        var output = new StringWriter();
        var progress = new PlainProgress<ProgressModel>(output, new FakeTimeProvider(), new TrainingLook());
        var model = Empty;
        foreach (var news in new IWire[]
        {
            News.View(JobPhase.Running), News.View(JobPhase.Running, step: 3),
            News.View(JobPhase.Queued, step: 3, why: "waits for 1 slot"), News.View(JobPhase.Queued, step: 3, why: "waits for 1 slot"),
            News.View(JobPhase.Running, step: 3, generation: 2, world: 1),
        })
            progress.Show(model = model.With(news));

        Assert.Equal(
            ["2 replicas, 10 steps an epoch, 5 epochs", "waiting: waits for 1 slot", "1 replica, 10 steps an epoch, 5 epochs"],
            output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_terminal_shows_a_bar_and_keeps_finished_epochs_above_it()
    {
        var console = new TestConsole().Width(160).Interactive();
        var progress = new TerminalProgress<ProgressModel>(console, new TrainingLook());

        await progress.RunAsync(() =>
        {
            progress.Show(After(News.View(JobPhase.Running, epochsDone: 0), News.Step(1, 5)));
            progress.Show(After(News.View(JobPhase.Running, epochsDone: 1), News.Step(2, 5)));
            return Task.CompletedTask;
        });

        Assert.Contains("epoch 1/5 done  loss 0.5000", console.Output);
        Assert.Contains("epoch 2/5  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  5/10  640 images/s", console.Output);
    }

    [Theory]
    [InlineData(160, 30)]
    [InlineData(80, 11)]
    [InlineData(40, 0)]
    public async Task The_bar_takes_the_room_that_is_left_on_the_line(int width, int bar)
    {
        var console = new TestConsole().Width(width).Interactive();
        var progress = new TerminalProgress<ProgressModel>(console, new TrainingLook());

        await progress.RunAsync(() =>
        {
            progress.Show(After(News.View(JobPhase.Running), News.Step(1, 10)));
            return Task.CompletedTask;
        });

        Assert.Equal(bar, Regex.Matches(console.Output, "━*").Max(drawn => drawn.Length));
    }

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(58.4, "0:58")]
    [InlineData(3723, "1:02:03")]
    [InlineData(90_000, "25:00:00")]
    public void Time_is_written_as_a_clock_does(double seconds, string text) =>
        Assert.Equal(text, ProgressText.Clock(TimeSpan.FromSeconds(seconds)));
}
