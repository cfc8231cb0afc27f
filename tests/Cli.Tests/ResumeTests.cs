using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Tests;

public sealed class ResumeTests
{
    const string Overrides = "data.train=20 data.validation=2 data.test=2";

    static FakeJobs Resuming(Invocation convoy, string folder, JobPhase phase = JobPhase.Paused) => new((command, news) =>
    {
        if (command is not WatchJob) return;
        news.TryWrite(News.View(JobPhase.Queued, epochsDone: 2, step: 23));
        news.TryWrite(News.View(JobPhase.Completed, epochsDone: 5, step: 50, test: News.Test));
    })
    { Stored = News.View(phase, epochsDone: 2, step: 23, folder: Path.Combine(convoy.Folder, folder)) };

    static void LeaveRun(Invocation convoy, string folder)
    {
        convoy.Write($"{folder}/journal.db", "");
        convoy.Write($"{folder}/spec.yaml", SpecWriter.Write(SpecSource.Load("digits", Overrides.Split(' '))));
    }

    static async Task<(int Code, FakeJobs Jobs)> ResumeAsync(Invocation at, JobPhase phase, string folder, params string[] args)
    {
        var jobs = Resuming(at, folder, phase);
        return (await ConvoyCommand.RunAsync(args, at.Host with { Jobs = jobs }), jobs);
    }

    [Fact]
    public async Task The_folder_is_enough_to_go_on_with_its_run()
    {
        using var convoy = new Invocation();
        LeaveRun(convoy, "here");

        var (code, jobs) = await ResumeAsync(convoy, JobPhase.Paused, "here", "train", "--resume", "--out", "here");

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(new ResumeJob("here"), jobs.Commands[0]);
        Assert.Contains("\nresumed at step 23: 2 of 5 epochs done", convoy.Out.ToString().ReplaceLineEndings("\n"));
        Assert.DoesNotContain("epoch 2/5 done", convoy.Out.ToString());
        Assert.Contains("epoch 3/5 done", convoy.Out.ToString());
    }

    [Fact]
    public async Task Changed_data_is_accepted_for_a_run_that_goes_on_only()
    {
        using var convoy = new Invocation();
        LeaveRun(convoy, "here");

        var (code, jobs) = await ResumeAsync(convoy, JobPhase.Paused, "here", "train", "--resume", "--out", "here", "--accept-changed-data");

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(new ResumeJob("here", AcceptsChangedData: true), jobs.Commands[0]);
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("train", "digits", "--accept-changed-data"));
        Assert.Contains("give --resume too", convoy.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_was_killed_before_it_was_submitted_is_begun_by_resume(bool hasJournal)
    {
        using var convoy = new Invocation { Jobs = new FakeJobs((command, news) => { if (command is WatchJob) news.TryWrite(News.View(JobPhase.Completed, epochsDone: 5, step: 50, test: News.Test)); }) };
        LeaveRun(convoy, "here");
        if (!hasJournal) File.Delete(Path.Combine(convoy.Folder, "here/journal.db"));

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("train", "--resume", "--out", "here"));

        Assert.Equal("here", Assert.IsType<SubmitJob>(convoy.Jobs.Commands[0]).JobId);
        Assert.NotNull(convoy.Jobs.SpecAtStart);
    }

    [Fact]
    public async Task Without_a_folder_the_newest_run_of_that_name_goes_on()
    {
        using var convoy = new Invocation();
        LeaveRun(convoy, "runs/digits-20260101-000000");
        LeaveRun(convoy, "runs/digits-20260102-000000");
        LeaveRun(convoy, "runs/digits-more-20260103-000000");
        Directory.CreateDirectory(Path.Combine(convoy.Folder, "runs/digits-20260104-000000"));

        var (code, jobs) = await ResumeAsync(convoy, JobPhase.Paused, "runs/digits-20260102-000000", "train", "digits", "--resume");

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(new ResumeJob("digits-20260102-000000"), jobs.Commands[0]);
    }

    [Fact]
    public async Task A_flag_that_says_what_the_spec_says_is_fine_and_another_is_refused()
    {
        using var convoy = new Invocation();
        LeaveRun(convoy, "here");

        var (same, _) = await ResumeAsync(convoy, JobPhase.Paused, "here", "train", "--resume", "--out", "here", "--epochs", "4");
        var (other, _) = await ResumeAsync(convoy, JobPhase.Paused, "here", "train", "--resume", "--out", "here", "--epochs", "9");

        Assert.Equal((ExitCode.Done, ExitCode.Usage), (same, other));
        Assert.Equal(["convoy: a resumed run keeps its spec, and --epochs 9 would change it (here/spec.yaml); leave it out, or start a new run"], convoy.ErrorLines);
    }

    [Fact]
    public async Task A_completed_run_is_not_resumed()
    {
        using var convoy = new Invocation();
        LeaveRun(convoy, "here");

        var (code, _) = await ResumeAsync(convoy, JobPhase.Completed, "here", "train", "--resume", "--out", "here");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("is complete", Assert.Single(convoy.ErrorLines));
    }

    [Fact]
    public async Task A_run_whose_folder_was_moved_is_not_resumed_in_the_old_place()
    {
        using var convoy = new Invocation();
        LeaveRun(convoy, "here");

        var (code, jobs) = await ResumeAsync(convoy, JobPhase.Paused, "elsewhere/here", "train", "--resume", "--out", "here");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("move it back", Assert.Single(convoy.ErrorLines));
        Assert.Empty(jobs.Commands);
    }

    [Fact]
    public async Task A_folder_without_a_run_is_named()
    {
        using var convoy = new Invocation();

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("train", "--resume", "--out", "here"));

        Assert.Equal(["convoy: here: holds no run to resume; start one with 'convoy train PRESET --out here'"], convoy.ErrorLines);
        Assert.Empty(Directory.GetFileSystemEntries(convoy.Folder));
    }
}
