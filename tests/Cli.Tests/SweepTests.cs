using System.Text.Json;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Cli.Tests;

public sealed class SweepTests
{
    const string Yaml = """
        name: story
        base:
          data: {kind: digits, train: 20, validation: 2, test: 2}
          epochs: 4
          model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 10, activation: softmax}}]}
        space:
          optimizer.lr: {kind: log, low: 0.0001, high: 0.1}
        strategy: {kind: asha, reduction: 2}
        budget: {trials: 4}

        """;

    static FakeSweeps Going(params SweepView[] views) => new((command, news) =>
    {
        if (command is WatchSweep)
            foreach (var view in views) news.TryWrite(view);
    });

    static string[] Lines(Invocation convoy) => convoy.Out.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public async Task A_sweep_is_submitted_shown_and_summed_up()
    {
        var running = FakeSweeps.View(SweepPhase.Running, trials: [FakeSweeps.Trial(0, TrialPhase.Running, 0.9), FakeSweeps.Trial(1, TrialPhase.Failed, why: "the loss is not a number")]);
        var done = FakeSweeps.View(SweepPhase.Completed, trials: [FakeSweeps.Trial(0, TrialPhase.Completed, 0.95), FakeSweeps.Trial(1, TrialPhase.Failed, why: "the loss is not a number")]);
        using var convoy = new Invocation { Sweeps = Going(FakeSweeps.View(SweepPhase.Running), running, done) };
        convoy.Write("story.yaml", Yaml);

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("sweep", "story.yaml", "--out", "here", "--parallel", "3", "--device", "cpu"));

        var submitted = Assert.IsType<SubmitSweep>(convoy.Sweeps.Commands[0]);
        Assert.Equal(("here", Path.Combine(convoy.Folder, "here"), 3, 3, "cpu"), (submitted.SweepId, submitted.Folder, SweepReader.Read(submitted.Spec, "sweep.yaml").Parallel, convoy.Sweeps.Slots, convoy.Sweeps.Device));
        Assert.Equal(
        [
            "here: opening the data and making room for 3 replicas ...",
            "trials 0; 0 epochs",
            "trial 1  failed: the loss is not a number  optimizer.lr=0.01",
            "best: trial 0  val_acc 0.9000 at epoch 1  running  optimizer.lr=0.01",
            "trial 0  val_acc 0.9500 at epoch 1  completed  optimizer.lr=0.01",
            "best: trial 0  val_acc 0.9500 at epoch 1  completed  optimizer.lr=0.01",
            "best           trial 0  val_acc 0.9500 at epoch 1  completed  optimizer.lr=0.01",
            "test accuracy  0.9912  loss 0.0281  (2,000 samples)",
            "trials         2: 1 completed, 1 failed; 2 trials, 1 epoch, 0:12",
            "sweep folder   here",
            "next           convoy train here/best.yaml",
            "               convoy evaluate here/best",
        ], Lines(convoy));
    }

    [Fact]
    public async Task Ctrl_C_pauses_and_says_how_to_go_on()
    {
        var trial = FakeSweeps.Trial(0, TrialPhase.Running, 0.9);
        Invocation convoy = null!;
        using var _ = convoy = new Invocation
        {
            Sweeps = new FakeSweeps((command, news) =>
            {
                if (command is WatchSweep) { news.TryWrite(FakeSweeps.View(SweepPhase.Running, trials: trial)); convoy.Interrupts.Send(); }
                if (command is PauseSweep) news.TryWrite(FakeSweeps.View(SweepPhase.Paused, trials: trial));
            }),
        };
        convoy.Write("story.yaml", Yaml);

        Assert.Equal(ExitCode.Interrupted, await convoy.RunAsync("sweep", "story.yaml", "--out", "here"));

        Assert.Equal(["paused after 1 trial, 1 epoch, 0:12; go on with: convoy sweep --resume --out here"], convoy.ErrorLines);
        Assert.True(Directory.Exists(Path.Combine(convoy.Folder, "here")));
    }

    [Fact]
    public async Task The_spec_lies_in_the_folder_before_there_is_a_journal()
    {
        using var convoy = new Invocation { Sweeps = Going(FakeSweeps.View(SweepPhase.Completed, trials: FakeSweeps.Trial(0, TrialPhase.Completed, 0.9))) };
        convoy.Write("story.yaml", Yaml);

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("sweep", "story.yaml", "--out", "here"));

        Assert.Equal(SweepWriter.Write(SweepReader.Read(Yaml, "story.yaml")), convoy.Sweeps.SpecAtStart);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sweep_that_was_killed_before_it_was_submitted_is_begun_by_resume(bool hasJournal)
    {
        using var convoy = new Invocation { Sweeps = Going(FakeSweeps.View(SweepPhase.Completed, trials: FakeSweeps.Trial(0, TrialPhase.Completed, 0.9))) };
        convoy.Write("story.yaml", Yaml);
        convoy.Write("here/spec.yaml", SweepWriter.Write(SweepReader.Read(Yaml, "story.yaml")));
        if (hasJournal) convoy.Write("here/journal.db", "");

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("sweep", "story.yaml", "--out", "here"));
        Assert.Equal(ExitCode.Done, await convoy.RunAsync("sweep", "--resume", "--out", "here"));

        Assert.Equal("convoy: here: holds a run already; go on with it by 'convoy sweep --resume --out here', or choose another --out", convoy.ErrorLines[0]);
        Assert.Equal("here", Assert.IsType<SubmitSweep>(convoy.Sweeps.Commands[0]).SweepId);
    }

    [Fact]
    public async Task What_has_left_more_than_a_spec_is_not_begun_anew()
    {
        using var convoy = new Invocation();
        convoy.Write("here/spec.yaml", SweepWriter.Write(SweepReader.Read(Yaml, "story.yaml")));
        convoy.Write("here/journal.db", "");
        convoy.Write("here/trials.csv", "");

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("sweep", "--resume", "--out", "here"));

        Assert.Equal(["convoy: there is no sweep 'here'"], convoy.ErrorLines);
        Assert.Empty(convoy.Sweeps.Commands);
    }

    static async Task<int> ResumeAsync(Invocation convoy, SweepPhase phase, params string[] more)
    {
        convoy.Write("story.yaml", Yaml);
        convoy.Write("here/journal.db", "");
        convoy.Write("here/spec.yaml", SweepWriter.Write(SweepReader.Read(Yaml, "story.yaml")));
        var sweeps = new FakeSweeps((command, news) =>
        {
            if (command is WatchSweep) news.TryWrite(FakeSweeps.View(SweepPhase.Completed));
            if (command is ResumeSweep) convoy.Out.WriteLine("resumed");
        })
        { Stored = FakeSweeps.View(phase, Path.Combine(convoy.Folder, "here")) };
        return await ConvoyCommand.RunAsync(["sweep", "--resume", "--out", "here", .. more], convoy.Host with { Sweeps = sweeps });
    }

    [Fact]
    public async Task The_folder_is_enough_to_go_on_with_its_sweep()
    {
        using var convoy = new Invocation();

        Assert.Equal(ExitCode.Done, await ResumeAsync(convoy, SweepPhase.Paused));

        Assert.Contains("resumed", Lines(convoy));
    }

    [Fact]
    public async Task A_sweep_that_was_killed_while_it_closed_is_watched_to_its_end()
    {
        using var convoy = new Invocation();

        Assert.Equal(ExitCode.Done, await ResumeAsync(convoy, SweepPhase.Closing));

        Assert.DoesNotContain("resumed", Lines(convoy));
        Assert.Contains("sweep folder   here", Lines(convoy));
    }

    [Fact]
    public async Task A_sweep_that_is_done_is_not_resumed_and_one_that_goes_on_keeps_its_spec()
    {
        using var convoy = new Invocation();

        Assert.Equal(ExitCode.Usage, await ResumeAsync(convoy, SweepPhase.Completed));
        Assert.Equal(ExitCode.Usage, await ResumeAsync(convoy, SweepPhase.Paused, "--parallel", "2"));

        Assert.EndsWith("is completed: 0 trials; nothing to resume", convoy.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal("convoy: a resumed run keeps its spec, and --parallel 2 would change it (here/spec.yaml); leave it out, or start a new run", convoy.ErrorLines[1]);
    }

    [Fact]
    public async Task A_dry_run_says_how_many_trials_what_they_cost_and_the_first()
    {
        using var convoy = new Invocation();
        convoy.Write("story.yaml", Yaml);

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("sweep", "story.yaml", "--dry-run", "--json"));

        // Four of an epoch, two go on to 2, one to 4: 4 + 2 + 2.
        var plan = JsonDocument.Parse(convoy.Out.ToString()).RootElement;
        Assert.Equal((4, 8, 1), (plan.GetProperty("trials").GetInt32(), plan.GetProperty("epochs").GetInt32(), plan.GetProperty("whole_trials").GetInt32()));
        Assert.Equal(4, plan.GetProperty("first").GetArrayLength());
        Assert.Empty(convoy.Sweeps.Commands);
        Assert.False(Directory.Exists(Path.Combine(convoy.Folder, "runs")));
    }

    [Theory]
    [InlineData("sweep nothing", "convoy: nothing: neither a preset nor a file ('convoy presets' lists the presets)")]
    [InlineData("sweep digits", "convoy: digits is a training, not a sweep: 'convoy train digits' runs it; sweeps that come with the program: cats-dogs-sweep, mnist-sweep")]
    [InlineData("train mnist-sweep", "convoy: mnist-sweep is a sweep: 'convoy sweep mnist-sweep' runs it")]
    [InlineData("sweep", "convoy: sweep needs a preset or a spec file ('convoy presets' lists the presets); see 'convoy sweep --help'")]
    [InlineData("sweep story.yaml --set budgte.trials=3", "convoy: --set budgte.trials=3: no field of a sweep or of its base begins with 'budgte'; did you mean 'budget'?")]
    [InlineData("sweep story.yaml --parallel 0", "convoy: --parallel: expected a whole number of at least 1, not '0'; see 'convoy sweep --help'")]
    [InlineData("sweep --resume --out here", "convoy: here: holds no sweep to resume; start one with 'convoy sweep PRESET --out here'")]
    [InlineData("sweep story.yaml --dry-run --resume", "convoy: --dry-run shows a sweep before it begins: leave --resume out")]
    public async Task Bad_input_is_one_line(string line, string error)
    {
        using var convoy = new Invocation();
        convoy.Write("story.yaml", Yaml);

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync(line.Split(' ')));

        Assert.Equal([error], convoy.ErrorLines);
    }

    [Fact]
    public async Task Sweeps_are_validated_and_listed_with_the_presets()
    {
        using var convoy = new Invocation();
        convoy.Write("story.yaml", Yaml);

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("validate", "story.yaml"));
        Assert.Equal(ExitCode.Done, await convoy.RunAsync("presets"));

        Assert.Equal("story.yaml: valid; a sweep by asha over optimizer.lr; a whole trial has 4 epochs", Lines(convoy)[0]);
        Assert.Contains(Lines(convoy), line => line.StartsWith("mnist-sweep ", StringComparison.Ordinal) && line.Contains("Sweep: Filters", StringComparison.Ordinal));
    }
}
