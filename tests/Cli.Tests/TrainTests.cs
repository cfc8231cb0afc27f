using System.Text.Json;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Tests;

public sealed class TrainTests
{
    static readonly string[] Small = ["--set", "data.train=20", "--set", "data.validation=2", "--set", "data.test=2"];

    static FakeJobs Completing => new((command, news) =>
    {
        if (command is not WatchJob)
            return;
        news.TryWrite(News.View(JobPhase.Queued));
        news.TryWrite(News.View(JobPhase.Running));
        news.TryWrite(News.Step(1, 3));
        news.TryWrite(News.View(JobPhase.Running, epochsDone: 1, step: 10));
        news.TryWrite(News.View(JobPhase.Completed, epochsDone: 5, step: 50, test: News.Test));
    });

    [Fact]
    public async Task A_completed_run_exits_0_and_says_how_it_went_and_what_to_do_next()
    {
        using var convoy = new Invocation { Jobs = Completing };

        var code = await convoy.RunAsync(["train", "digits", .. Small]);

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal("", convoy.Error.ToString());
        Assert.Equal(
            """
            digits-20260102-150405: opening the data and starting 2 replicas ...
            2 replicas, 10 steps an epoch, 5 epochs
            epoch 1/5  step 3/10  640 images/s  loss 0.0812  acc 0.9745  eta 0:05
            epoch 1/5 done  loss 0.5000  acc 0.9000  val_loss 0.4000  val_acc 0.9500  3.0 s
            epoch 2/5 done  loss 0.2500  acc 0.9000  val_loss 0.2000  val_acc 0.9500  3.0 s
            epoch 3/5 done  loss 0.1667  acc 0.9000  val_loss 0.1333  val_acc 0.9500  3.0 s
            epoch 4/5 done  loss 0.1250  acc 0.9000  val_loss 0.1000  val_acc 0.9500  3.0 s
            epoch 5/5 done  loss 0.1000  acc 0.9000  val_loss 0.0800  val_acc 0.9500  3.0 s

            test accuracy  0.9912  loss 0.0281  (2,000 samples)
            best epoch     5  val_loss 0.0800  val_acc 0.9500
            run folder     runs/digits-20260102-150405
            next           convoy evaluate runs/digits-20260102-150405
                           convoy predict runs/digits-20260102-150405 PICTURE...

            """.ReplaceLineEndings(), convoy.Out.ToString());
        Assert.True(Directory.Exists(Path.Combine(convoy.Folder, "runs/digits-20260102-150405")));
        Assert.Equal(Assert.IsType<SubmitJob>(convoy.Jobs.Commands[0]).Spec, convoy.Jobs.SpecAtStart);
        Assert.True(convoy.Jobs.Disposed);
    }

    [Fact]
    public async Task With_json_standard_output_is_one_document_and_progress_goes_to_standard_error()
    {
        using var convoy = new Invocation { Jobs = Completing };

        var code = await convoy.RunAsync(["train", "digits", "--json", "--out", "here", .. Small]);

        Assert.Equal(ExitCode.Done, code);
        var document = JsonDocument.Parse(convoy.Out.ToString()).RootElement;
        Assert.Equal("completed", document.GetProperty("status").GetString());
        Assert.Equal(0.9912, document.GetProperty("test").GetProperty("accuracy").GetDouble());
        Assert.Equal(0.08, document.GetProperty("validation").GetProperty("loss").GetDouble(), 12);
        Assert.Equal(5, document.GetProperty("history").GetArrayLength());
        Assert.Equal(Path.Combine(convoy.Folder, "here"), document.GetProperty("folder").GetString());
        Assert.Contains("epoch 1/5 done", convoy.Error.ToString());
    }

    [Fact]
    public async Task Options_become_fields_of_the_spec()
    {
        using var convoy = new Invocation { Jobs = Completing };
        TinyIdx.Write(Path.Combine(convoy.Folder, "my: data's"), train: 20, test: 4);

        Assert.Equal(ExitCode.Done, await convoy.RunAsync(
            "train", "mnist-convnet", "--data", "my: data's", "--epochs", "7", "--workers", "3", "--device", "cuda:1", "--seed", "11",
            "--set", "optimizer.lr=0.5", "--set", "data.validation=2", "--out", "here"));

        var submitted = Assert.IsType<SubmitJob>(convoy.Jobs.Commands[0]);
        var spec = SpecReader.Read(submitted.Spec, "spec.yaml");
        Assert.Equal((7, 3, 1, 11, 0.5), (spec.Epochs, spec.World.Max, spec.World.Min, spec.Seed, spec.Optimizer.Lr));
        Assert.Equal(Path.Combine(convoy.Folder, "my: data's"), spec.Data.Path);
        Assert.Equal(("here", Path.Combine(convoy.Folder, "here"), 3, "cuda:1"), (submitted.JobId, submitted.Folder, convoy.Jobs.Slots, convoy.Jobs.Device));
    }

    [Fact]
    public async Task A_job_that_fails_after_its_start_exits_1_with_its_reason_and_keeps_its_folder()
    {
        using var convoy = new Invocation
        {
            Jobs = new FakeJobs((command, news) =>
            {
                if (command is not WatchJob) return;
                news.TryWrite(News.View(JobPhase.Running));
                news.TryWrite(News.Step(1, 1));
                news.TryWrite(News.View(JobPhase.Failed, step: 2, why: "the loss is not a number at step 2: lower the learning rate"));
            }),
        };

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync(["train", "digits", "--out", "here", .. Small]));

        Assert.Equal(["convoy: the loss is not a number at step 2: lower the learning rate"], convoy.ErrorLines);
        Assert.True(Directory.Exists(Path.Combine(convoy.Folder, "here")));
    }

    [Fact]
    public async Task A_job_that_fails_before_its_first_step_leaves_nothing_behind()
    {
        using var convoy = new Invocation
        {
            Jobs = new FakeJobs((command, news) =>
            {
                if (command is WatchJob) news.TryWrite(News.View(JobPhase.Failed, why: "no"));
            }),
        };

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync(["train", "digits", "--out", "a/b", .. Small]));

        Assert.Empty(Directory.GetFileSystemEntries(convoy.Folder));
    }

    [Fact]
    public async Task A_failed_job_still_gives_its_JSON_document()
    {
        using var convoy = new Invocation
        {
            Jobs = new FakeJobs((command, news) =>
            {
                if (command is WatchJob) news.TryWrite(News.View(JobPhase.Failed, step: 2, why: "no"));
            }),
        };

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync(["train", "digits", "--json", .. Small]));

        var document = JsonDocument.Parse(convoy.Out.ToString()).RootElement;
        Assert.Equal(("failed", "no"), (document.GetProperty("status").GetString(), document.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task The_first_interrupt_pauses_and_exits_130_with_the_way_to_go_on()
    {
        Invocation convoy = null!;
        using var running = convoy = new Invocation
        {
            Jobs = new FakeJobs((command, news) =>
            {
                if (command is WatchJob)
                {
                    news.TryWrite(News.View(JobPhase.Running));
                    news.TryWrite(News.Step(1, 4));
                    convoy.Interrupts.Send();
                }
                if (command is PauseJob)
                    news.TryWrite(News.View(JobPhase.Paused, step: 5));
            }),
        };

        var code = await convoy.RunAsync(["train", "digits", "--out", "here", .. Small]);

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Contains("pausing: saving a checkpoint, press Ctrl-C again to abort", convoy.Out.ToString());
        Assert.Equal(["paused at step 5; go on with: convoy train --resume --out here"], convoy.ErrorLines);
        Assert.True(convoy.Jobs.Disposed);
    }

    [Fact]
    public async Task The_second_interrupt_ends_at_once_without_waiting_for_the_cluster()
    {
        Invocation convoy = null!;
        using var running = convoy = new Invocation
        {
            Jobs = new FakeJobs((command, news) =>
            {
                if (command is WatchJob)
                {
                    news.TryWrite(News.Step(1, 4));
                    convoy.Interrupts.Send();
                }
                if (command is PauseJob)
                    convoy.Interrupts.Send();
            }),
        };

        var code = await convoy.RunAsync(["train", "digits", "--out", "here", .. Small]);

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.StartsWith("convoy: aborted", Assert.Single(convoy.ErrorLines));
        Assert.False(convoy.Jobs.Disposed);
    }
}
