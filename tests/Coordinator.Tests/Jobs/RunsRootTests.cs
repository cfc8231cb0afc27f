using Convoy.Coordinator.Jobs;
using Convoy.Coordinator.Tests.Hosting;
using Convoy.Coordinator.Tests.Sweeps;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class RunsRootTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-roots-");
    readonly RunsRoot _root;

    public RunsRootTests() => _root = RunsRoot.At(Runs);

    public void Dispose() => _folder.Delete(recursive: true);

    string Runs => Path.Combine(_folder.FullName, "runs");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a", "a")]
    [InlineData("group/a/", "group/a")]
    [InlineData("auditorium", "auditorium")]
    public void A_folder_within_it_becomes_absolute(string given, string path) => Assert.Equal(Path.Combine(Runs, path), _root.Within(given));

    [Fact]
    public void The_root_of_all_takes_every_folder_but_itself()
    {
        Assert.Equal("/srv/a", RunsRoot.At("/").Within("srv/a"));
        Assert.Throws<RunFolderException>(() => RunsRoot.At("/").Within("/"));
    }

    [Theory]
    [InlineData(".", "itself"), InlineData("a/..", "itself"), InlineData("../a", "outside"), InlineData("/etc", "outside"), InlineData("../runs2", "outside")]
    [InlineData("audit.jsonl", "of its own"), InlineData("audit-node-1.jsonl/a", "of its own"), InlineData(".lock", "of its own"), InlineData("journal.db", "of its own"), InlineData("journal.db-wal", "of its own")]
    public void A_folder_that_leads_out_or_is_kept_for_something_else_is_refused(string given, string why) =>
        Assert.Contains(why, Assert.Throws<RunFolderException>(() => _root.Within(given)).Message);

    [Fact]
    public void A_folder_that_another_run_has_or_that_lies_in_it_is_refused_and_ones_own_is_not()
    {
        _root.Claim("group/a", "sweep-a");
        Assert.Contains("'sweep-a' has its run", Assert.Throws<RunFolderException>(() => _root.Claim("group/a", "job-b")).Message);
        Assert.Throws<RunFolderException>(() => _root.Claim("group/a", "job-a"));
        Assert.Throws<RunFolderException>(() => _root.Claim("group/a/checkpoints", "job-b"));
        _root.Claim("group/a", "sweep-a");
        _root.Claim("group/a/trials/1", "job-a-1", sweep: "sweep-a");
        _root.Claim("group/b", "job-b");
    }

    [Fact]
    public void A_folder_in_which_another_command_trains_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(Runs, "mine"));
        using (FileLock.Take(FileLock.In(Path.Combine(Runs, "mine")), Holder.Me(), "mine", "wait"))
        {
            Assert.Contains($"mine is in use by process {Environment.ProcessId} on ", Assert.Throws<RunFolderException>(() => _root.Claim("mine", "job-mine")).Message);
            RunsRoot.At(Runs, supervised: true).Claim("mine", "job-mine");
        }
        _root.Claim("mine", "job-mine");
    }

    [Fact]
    public void A_run_of_before_folders_had_owners_is_called_like_its_folder()
    {
        Directory.CreateDirectory(Path.Combine(Runs, "old"));
        File.WriteAllText(Path.Combine(Runs, "old", "spec.yaml"), "");
        Assert.Throws<RunFolderException>(() => _root.Claim("old", "job-new"));
        _root.Claim("old", "job-old");
    }

    [Fact]
    public async Task A_node_takes_from_other_nodes_too_no_folder_data_or_trial_that_leads_out()
    {
        await using var node = await Node.Start(Path.Combine(_folder.FullName, "journal.db"), DataRoot.At(_folder.FullName), _root);
        var spec = SpecWriter.Write(SpecSource.Load("digits", []));
        Assert.Contains("outside", Assert.IsType<JobRefused>(await node.Ask(new SubmitJob("a", spec, "/tmp/elsewhere"))).Reason);
        var elsewhere = SpecWriter.Write(SpecSource.Load("mnist-convnet", ["data.path=/etc"]));
        Assert.Contains("leads out", Assert.IsType<JobRefused>(await node.Ask(new SubmitJob("b", elsewhere, Path.Combine(Runs, "b"), Owner: "sweep"))).Reason);
        Assert.IsType<JobAccepted>(await node.Ask(new SubmitJob("c", spec, Path.Combine(Runs, "c"))));

        var sweep = SweepWriter.Write(SweepReader.Read(SweepScenario.Yaml, "sweep.yaml"));
        Assert.Contains("outside", (await Assert.ThrowsAsync<Shared.Hosting.JobRefusedException>(() => node.Sweeps.SubmitAsync(new SubmitSweep("s", sweep, "/tmp/elsewhere"), Cancel))).Message);
    }

    [Fact]
    public async Task Values_of_a_space_that_lead_out_of_the_data_root_train_nothing()
    {
        await using var node = await Node.Start(Path.Combine(_folder.FullName, "journal.db"), DataRoot.At(_folder.FullName), _root);
        var sweep = SweepReader.Read("""
            base: {data: {kind: idx, path: mnist}, model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 10, activation: softmax}}]}}
            space: {data.path: {kind: choice, values: [/etc, ../../etc]}}
            strategy: {kind: grid}
            """, "sweep.yaml");
        await node.Sweeps.SubmitAsync(new SubmitSweep("s", SweepWriter.Write(sweep), Path.Combine(Runs, "s")), Cancel);
        SweepView? last = null;
        await foreach (var view in node.Sweeps.WatchAsync("s", Cancel))
            if ((last = view).HasEnded) break;
        Assert.Equal(SweepPhase.Failed, last!.Phase);
        Assert.All(await node.Sweeps.TrialsAsync("s", Cancel), trial => Assert.Contains("leads out", trial.Why));
    }
}
