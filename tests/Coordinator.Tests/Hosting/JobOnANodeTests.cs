using System.Text.Json.Nodes;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Convoy.Coordinator.Artifacts;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Tests.Hosting;

public sealed class JobOnANodeTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-coordinator-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_job_runs_to_completion_and_its_folder_is_whole_when_its_watcher_hears_of_it()
    {
        await using var node = await Start();
        Assert.IsType<JobAccepted>(await node.Ask(Submit()));
        var watcher = node.Watch("a");
        Assert.Equal("no worker has joined yet", (await watcher.For<JobView>(view => view.Why is not null)).Why);
        node.AddWorker("w1", slots: 2);
        await watcher.For<StepProgress>(progress => progress.Epoch == 3);
        var view = await watcher.ForPhase(JobPhase.Completed);
        Assert.Equal(
            ["checkpoints", "curves.png", "history.csv", "model.safetensors", "model.yaml", "spec.yaml", "steps.csv", "summary.json"],
            new DirectoryInfo(Run).EnumerateFileSystemInfos().Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.Equal((1, 2, 30L, 30L, 3), (view.Generation, view.WorldSize, view.Step, view.TotalSteps, view.BestEpoch));
        Assert.Equal(new Metrics(0.1, 0.97, 20), view.Test);
        Assert.Equal([Spec, "epoch,loss,acc,val_loss,val_acc,seconds,images_per_second,batch_wait\n1,1,0.5,0.5,0.7999999999999999,2.5,40,0\n"], [Text("spec.yaml"), string.Join("", Text("history.csv").Split('\n').Take(2).Select(line => line + "\n"))]);
    }

    [Fact]
    public async Task The_model_is_the_selected_checkpoints_without_its_prefix_and_the_summary_says_how_good_it_is()
    {
        await using var node = await Start();
        await Complete(node);
        using var file = File.OpenRead(Path.Combine(Run, "model.safetensors"));
        var model = Safetensors.Read(file);
        Assert.Equal(["dense_1.bias"], model.Entries.Keys);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], model.Bytes("dense_1.bias").ToArray());
        Assert.Equal("pt", model.Metadata["format"]);
        var summary = JsonNode.Parse(Text("summary.json"))!;
        Assert.Equal("""{"loss":0.1,"accuracy":0.97,"samples":20}""", summary["test"]!.ToJsonString());
        Assert.Equal(1.0, summary["validation"]!["accuracy"]!.GetValue<double>());
        Assert.Equal(("completed", 30, 7.5), (summary["status"]!.GetValue<string>(), summary["steps"]!.GetValue<int>(), summary["seconds"]!.GetValue<double>()));
        Assert.Contains("classes: [cat, dog]", Text("model.yaml"));
    }

    [Fact]
    public async Task A_job_that_is_cancelled_leaves_the_model_of_its_best_epoch()
    {
        await using var node = await Start();
        node.AddWorker("w1", slots: 2, holdAfter: 2);
        await node.Ask(Submit());
        var watcher = node.Watch("a");
        await watcher.For<JobView>(view => view.History.Count == 2);
        await node.Ask(new CancelJob("a"));
        await watcher.ForPhase(JobPhase.Cancelled);

        using var file = File.OpenRead(Path.Combine(Run, "model.safetensors"));
        Assert.Equal(["dense_1.bias"], Safetensors.Read(file).Entries.Keys);
        Assert.Contains("classes: [cat, dog]", Text("model.yaml"));
        Assert.Contains("validation_accuracy: 0.8999999999999999", Text("model.yaml"));
        Assert.Equal("cancelled", JsonNode.Parse(Text("summary.json"))!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Only_the_best_and_the_latest_checkpoints_stay_on_disk()
    {
        await using var node = await Start();
        await Complete(node);
        Assert.Equal(
            ["step-00000020.safetensors", "step-00000020.safetensors.sha256", "step-00000030.safetensors", "step-00000030.safetensors.sha256"],
            Directory.EnumerateFiles(Path.Combine(Run, "checkpoints")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_paused_job_is_resumed_by_another_process_at_the_step_where_it_stood()
    {
        await using (var node = await Start())
        {
            node.AddWorker("w1", slots: 2, holdAfter: 1);
            await node.Ask(Submit());
            var watcher = node.Watch("a");
            await watcher.For<JobView>(view => view.History.Count == 1);
            Assert.IsType<JobAccepted>(await node.Ask(new PauseJob("a")));
            Assert.Equal(13, (await watcher.ForPhase(JobPhase.Paused)).Step);
        }
        await using (var node = await Start())
        {
            node.AddWorker("w1", slots: 2);
            Assert.Equal(JobPhase.Paused, Assert.IsType<JobView>(await node.Ask(new GetJob("a"))).Phase);
            var watcher = node.Watch("a");
            Assert.IsType<JobAccepted>(await node.Ask(new ResumeJob("a")));
            var resumed = await watcher.For<JobView>(view => view is { Phase: JobPhase.Running, Generation: 2 });
            Assert.Equal((13, 1), (resumed.Step, resumed.History.Count));
            Assert.Equal([1, 2, 3], (await watcher.ForPhase(JobPhase.Completed)).History.Select(row => row.Epoch));
            AssertAudited(await node.Ask(new AuditJob("a")));
            AssertAudited(JobAudit.Of(Assert.Single(JournalFile.Read(Journal)))); // while the node uses it
        }
        AssertAudited(JobAudit.Of(Assert.Single(JournalFile.Read(Journal))));
    }

    static void AssertAudited(object answer)
    {
        var report = Assert.IsType<AuditReport>(answer);
        Assert.Equal(("a", true, 640), (report.JobId, report.Clean, report.Samples));
        Assert.Equal([(1, 640, "1"), (2, 640, "1, 2"), (3, 640, "2")], report.Epochs.Select(epoch => (epoch.Epoch, epoch.SamplesOnce, string.Join(", ", epoch.Generations))));
    }

    [Fact]
    public void A_journal_that_is_none_is_one_line()
    {
        File.WriteAllText(Journal, "not a database");
        Assert.StartsWith($"cannot read the journal {Journal}: ", Assert.Throws<JournalException>(() => JournalFile.Read(Journal)).Message);
    }

    [Fact]
    public async Task A_job_whose_process_died_goes_on_without_being_asked()
    {
        await using (var node = await Start())
        {
            node.AddWorker("w1", slots: 2, holdAfter: 2);
            await node.Ask(Submit());
            await node.Watch("a").For<JobView>(view => view.History.Count == 2);
        }
        await using (var node = await Start())
        {
            node.AddWorker("w1", slots: 2);
            var view = await node.Watch("a").ForPhase(JobPhase.Completed);
            Assert.Equal((2, 3), (view.Generation, view.History.Count));
        }
    }

    [Fact]
    public async Task What_the_steps_came_to_outlives_the_process_that_heard_of_them_and_the_job()
    {
        await using (var node = await Start())
        {
            node.AddWorker("w1", slots: 2, holdAfter: 2);
            await node.Ask(Submit());
            await node.Watch("a").For<JobView>(view => view.History.Count == 2);
            while (StepsCsv.Read(Run, "a").Count < 2) await Task.Yield(); // the folder is written after what is journalled is told
        }
        await using (var node = await Start()) await Complete(node);
        await using (var node = await Start())
        {
            var steps = Assert.IsType<JobSteps>(await node.Ask(new GetSteps("a"))).Steps;
            Assert.Equal([(9, 1), (19, 1), (29, 2)], steps.Select(step => (step.Step, step.Generation)));
        }
    }

    [Fact]
    public async Task A_run_that_takes_an_earlier_ones_folder_begins_with_steps_of_its_own()
    {
        Directory.CreateDirectory(Run);
        await File.WriteAllTextAsync(Path.Combine(Run, StepsCsv.Name), StepsCsv.Text([new StepProgress("a", 1, 1, 5, 10, 5, 0.5, 0.5, 100, default)]), TestContext.Current.CancellationToken);
        await using var node = await Start();
        await Complete(node);
        Assert.Equal([9, 19, 29], Assert.IsType<JobSteps>(await node.Ask(new GetSteps("a"))).Steps.Select(step => step.Step));
    }

    [Fact]
    public async Task A_job_whose_worker_died_goes_on_with_the_next_one_from_its_last_checkpoint()
    {
        await using var node = await Start();
        var worker = node.AddWorker("w1", slots: 1, holdAfter: 1);
        await node.Ask(Submit());
        var watcher = node.Watch("a");
        await watcher.For<JobView>(view => view.History.Count == 1);
        worker.Tell(PoisonPill.Instance);
        Assert.Equal("worker w1 is gone: needs 1 replica, 0 left", (await watcher.For<JobView>(view => view is { Phase: JobPhase.Queued, Generation: 1 })).Why);
        node.AddWorker("w2", slots: 2);
        var view = await watcher.ForPhase(JobPhase.Completed);
        Assert.Equal((2, 2), (view.Generation, view.WorldSize));
        Assert.Equal([1, 2, 3], view.History.Select(row => row.Epoch));
    }

    [Fact]
    public async Task Worker_and_client_may_sit_on_another_node()
    {
        await using var coordinator = await Start();
        await using var other = await Node.Join(coordinator);
        other.AddWorker("w1", slots: 2);
        Assert.IsType<JobAccepted>(await other.Ask(Submit()));
        var view = await other.Watch("a").ForPhase(JobPhase.Completed);
        Assert.Equal((1, 2, 3), (view.Generation, view.WorldSize, view.History.Count));
    }

    [Fact]
    public async Task A_completed_job_answers_later_processes_too()
    {
        await using (var node = await Start()) await Complete(node);
        await using (var node = await Start())
        {
            Assert.Equal(JobPhase.Completed, Assert.IsType<JobView>(await node.Ask(new GetJob("a"))).Phase);
            Assert.Contains("completed", Assert.IsType<JobRefused>(await node.Ask(new CancelJob("a"))).Reason);
        }
    }

    [Fact]
    public async Task A_completed_job_that_was_only_asked_is_put_away()
    {
        await using (var node = await Start()) await Complete(node);
        await using (var node = await Start())
        {
            await node.Ask(new GetJob("a"));
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while ((await node.Jobs.Ask<CurrentShardRegionState>(GetShardRegionState.Instance, deadline.Token)).Shards.Any(shard => shard.EntityIds.Contains("a"))) await Task.Yield();
            Assert.Equal(JobPhase.Completed, Assert.IsType<JobView>(await node.Ask(new GetJob("a"))).Phase);
        }
    }

    [Fact]
    public async Task A_failed_job_that_nobody_watches_is_put_away_and_goes_on_when_it_is_told_to()
    {
        await File.WriteAllTextAsync(Run, "in the way", TestContext.Current.CancellationToken);
        await using var node = await Start();
        await node.Ask(Submit());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await node.Jobs.Ask<CurrentShardRegionState>(GetShardRegionState.Instance, deadline.Token)).Shards.Any(shard => shard.EntityIds.Contains("a"))) await Task.Yield();
        Assert.Equal(JobPhase.Failed, Assert.IsType<JobView>(await node.Ask(new GetJob("a"))).Phase);
        File.Delete(Run);
        node.AddWorker("w1", slots: 2);
        Assert.IsType<JobAccepted>(await node.Ask(new ResumeJob("a")));
        Assert.Equal(3, (await node.Watch("a").ForPhase(JobPhase.Completed)).History.Count);
    }

    [Fact]
    public async Task A_job_saves_and_makes_room_for_one_of_a_higher_priority_and_goes_on_behind_it()
    {
        await using var node = await Start();
        node.AddWorker("w1", slots: 1, holdAfter: 1);
        await node.Ask(Submit());
        var low = node.Watch("a");
        await low.For<JobView>(view => view.History.Count == 1);
        await node.Ask(Submit() with { JobId = "b", Folder = Path.Combine(_folder.FullName, "b"), Priority = 5 });
        Assert.Equal(5, (await node.Watch("b").ForPhase(JobPhase.Running)).Priority);
        Assert.Equal(13, (await low.For<JobView>(view => view is { Phase: JobPhase.Queued, Generation: 1 })).Step);
        await node.Ask(new CancelJob("b"));
        var again = await low.For<JobView>(view => view is { Phase: JobPhase.Running, Generation: 2 });
        Assert.Equal((13, 1), (again.Step, again.History.Count));
        await node.Ask(new PauseJob("a"));
        await low.ForPhase(JobPhase.Paused);
        Assert.True(Assert.IsType<AuditReport>(await node.Ask(new AuditJob("a"))).Clean);
    }

    [Fact]
    public async Task Heartbeats_are_sent_by_threads_of_their_own()
    {
        await using var node = await Start();
        var sender = await node.System.ActorSelection("/system/cluster/core/daemon/heartbeatSender").ResolveOne(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal("convoy.cluster-dispatcher", ((ActorCell)((ActorRefWithCell)sender).Underlying).Dispatcher.Id);
    }

    [Fact]
    public async Task Coordinators_and_those_who_follow_them_wait_as_long_before_they_put_a_node_out()
    {
        await using var node = await Start();
        Assert.Equal(FollowerDowning.StableAfter, node.System.Settings.Config.GetTimeSpan("akka.cluster.split-brain-resolver.stable-after"));
    }

    [Fact]
    public async Task A_job_nobody_submitted_is_refused_and_may_be_submitted_then()
    {
        await using var node = await Start();
        Assert.Equal("there is no job 'a'", Assert.IsType<JobRefused>(await node.Ask(new GetJob("a"))).Reason);
        Assert.Contains("optimizr", Assert.IsType<JobRefused>(await node.Ask(Submit() with { Spec = "optimizr: 1" })).Reason);
        Assert.IsType<JobAccepted>(await node.Ask(Submit()));
    }

    [Fact]
    public async Task A_run_folder_that_cannot_be_written_fails_the_job()
    {
        await File.WriteAllTextAsync(Run, "in the way", TestContext.Current.CancellationToken);
        await using var node = await Start();
        await node.Ask(Submit());
        Assert.StartsWith($"cannot write the run folder {Run}", (await node.Watch("a").ForPhase(JobPhase.Failed)).Why);
    }

    static string Spec { get; } = SpecWriter.Write(SpecReader.Read(Presets.TryGet("digits", out var yaml) ? yaml : "", "digits.yaml", ["epochs=3", "checkpoint.keep=2"]));

    string Run => Path.Combine(_folder.FullName, "a");

    SubmitJob Submit() => new("a", Spec, Run);

    string Text(string name) => File.ReadAllText(Path.Combine(Run, name));

    string Journal => Path.Combine(_folder.FullName, "journal.sqlite");

    Task<Node> Start() => Node.Start(Journal);

    async Task Complete(Node node)
    {
        node.AddWorker("w1", slots: 2);
        await node.Ask(Submit());
        await node.Watch("a").ForPhase(JobPhase.Completed);
    }
}
