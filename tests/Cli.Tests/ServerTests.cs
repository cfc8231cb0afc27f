using System.Text.Json;
using System.Text.RegularExpressions;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;

namespace Convoy.Cli.Tests;

/// <summary>Commands that talk to a running coordinator: a real one, in this process, without workers.</summary>
public sealed partial class ServerTests : IAsyncLifetime
{
    readonly Invocation _server = new();
    Task<int> _running = null!;
    string _url = "";

    public async ValueTask InitializeAsync()
    {
        var up = new LineWriter();
        _running = ConvoyCommand.RunAsync(["coordinator", "--port", "0", "--api", "http://127.0.0.1:0"], _server.Host with { Out = up });
        _url = Url().Match(await up.FirstLine.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).Value;
    }

    public async ValueTask DisposeAsync()
    {
        _server.Interrupts.Send();
        Assert.Equal(ExitCode.Done, await _running);
        _server.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+$")]
    private static partial Regex Url();

    [Fact]
    public async Task A_job_is_submitted_left_listed_paused_resumed_and_cancelled()
    {
        using (var train = new Invocation())
        {
            var following = train.RunAsync("train", "digits", "--epochs", "2", "--priority", "-7", "--id", "digits-20260102-150405", "--server", _url);
            await train.Out.Shows("waiting: no worker has joined yet").WaitAsync(TestContext.Current.CancellationToken);
            train.Interrupts.Send();
            Assert.Equal(ExitCode.Interrupted, await following);
            Assert.Equal([$"convoy: the job goes on without its watcher; see it by: convoy jobs watch digits-20260102-150405 --server {_url}"], train.ErrorLines);
            Assert.Empty(Directory.GetFileSystemEntries(train.Folder));
        }
        Assert.Matches(@"^JOB +STATUS +EPOCH +STEP +PRIORITY +WHY\ndigits-20260102-150405  queued  0/2    0/0   -7        no worker has joined yet\n$", await Run("jobs", "list"));
        Assert.Contains("status     queued: no worker has joined yet", await Run("jobs", "get", "digits-20260102-150405"));
        Assert.Contains("priority   -7", await Run("jobs", "get", "digits-20260102-150405"));
        Assert.Equal("nothing trained yet\n", await Run("jobs", "audit", "digits-20260102-150405"));
        Assert.Equal("digits-20260102-150405: paused\n", await Run("jobs", "pause", "digits-20260102-150405"));
        Assert.Contains("status     paused", await Run("jobs", "watch", "digits-20260102-150405"));
        Assert.Equal("digits-20260102-150405: queued\n", await Run("jobs", "resume", "digits-20260102-150405"));
        Assert.Equal("digits-20260102-150405: cancelled\n", await Run("jobs", "cancel", "digits-20260102-150405"));
        var document = JsonDocument.Parse(await Run("jobs", "get", "digits-20260102-150405", "--json")).RootElement;
        Assert.Equal(("cancelled", Path.Combine(_server.Folder, "runs", "digits-20260102-150405")), (document.GetProperty("status").GetString(), document.GetProperty("folder").GetString()));
    }

    [Fact]
    public async Task A_command_that_was_cut_off_is_given_again_under_the_same_id_and_another_spec_is_refused()
    {
        for (var time = 0; time < 2; time++)
        {
            using var train = new Invocation();
            var following = train.RunAsync("train", "digits", "--epochs", "2", "--id", "mine", "--server", _url);
            await train.Out.Shows("waiting: no worker has joined yet").WaitAsync(TestContext.Current.CancellationToken);
            train.Interrupts.Send();
            Assert.Equal(ExitCode.Interrupted, await following);
        }
        using (var other = new Invocation())
        {
            Assert.Equal(ExitCode.Failed, await other.RunAsync("train", "digits", "--epochs", "3", "--id", "mine", "--server", _url));
            Assert.Equal(["convoy: job 'mine' exists with another spec: choose another id"], other.ErrorLines);
        }
        foreach (var id in new[] { "../a", "", "a b" })
        {
            using var bad = new Invocation();
            Assert.Equal(ExitCode.Usage, await bad.RunAsync("train", "digits", "--id", id, "--server", _url));
            Assert.Equal([$"convoy: --id {id}: expected up to 120 letters, digits, '-', '_' and '.', the first neither '-' nor '.'"], bad.ErrorLines);
        }
        Assert.Equal(2, (await Run("jobs", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        using var local = new Invocation();
        Assert.Equal(ExitCode.Usage, await local.RunAsync("train", "digits", "--id", "mine"));
        Assert.Equal(["convoy: --id names a run of a server: a run of this machine is called as its folder, --out DIR"], local.ErrorLines);
    }

    [Fact]
    public async Task A_sweep_is_submitted_left_listed_paused_resumed_and_cancelled()
    {
        const string id = "mnist-sweep-20260102-150405";
        using (var sweep = new Invocation())
        {
            var following = sweep.RunAsync("sweep", "mnist-sweep", "--data", "/there/mnist", "--parallel", "1", "--priority", "100", "--id", id, "--server", _url);
            await sweep.Out.Shows("trials 1: 1 running").WaitAsync(TestContext.Current.CancellationToken);
            sweep.Interrupts.Send();
            Assert.Equal(ExitCode.Interrupted, await following);
            Assert.Equal([$"convoy: the sweep goes on without its watcher; see it by: convoy sweeps watch {id} --server {_url}"], sweep.ErrorLines);
        }
        Assert.Matches($@"^SWEEP +STATUS +TRIALS +EPOCHS +PRIORITY +BEST\n{id}  running  1       0       100\n$", await Run("sweeps", "list"));
        Assert.Contains("trials     1: 1 running", await Run("sweeps", "get", id));
        Assert.Contains("priority   100", await Run("sweeps", "get", id));
        Assert.Equal(100, JsonDocument.Parse(await Run("jobs", "get", $"{id}-0", "--json")).RootElement.GetProperty("priority").GetInt32());
        Assert.StartsWith($"{id}: paus", await Run("sweeps", "pause", id));
        Assert.Contains("status     paused", await Run("sweeps", "watch", id));
        Assert.Equal($"{id}: running\n", await Run("sweeps", "resume", id));
        Assert.StartsWith($"{id}: c", await Run("sweeps", "cancel", id));
        var document = JsonDocument.Parse(await Run("sweeps", "get", id, "--json")).RootElement;
        Assert.Equal((1, Path.Combine(_server.Folder, "runs", id)), (document.GetProperty("trials").GetArrayLength(), document.GetProperty("folder").GetString()));
        await Fails(ExitCode.Failed, "convoy: there is no sweep 'nobody'", "sweeps", "get", "nobody", "--server", _url);
    }

    [Fact]
    public async Task What_the_server_does_not_take_is_one_line()
    {
        await Fails(ExitCode.Failed, "convoy: there is no job 'nobody'", "jobs", "get", "nobody", "--server", _url);
        await Fails(ExitCode.Failed, "convoy: there is no job 'nobody'", "jobs", "watch", "nobody", "--server", _url);
        await Fails(ExitCode.Failed, "convoy: there is no job 'nobody'", "jobs", "audit", "nobody", "--server", _url);
        await Fails(ExitCode.Failed, "convoy: there is no job 'nobody'", "jobs", "pause", "nobody", "--server", _url);
    }

    [Theory]
    [InlineData("--out is for runs of this machine", "--out", "here")]
    [InlineData("--resume is for runs of this machine", "--resume")]
    [InlineData("--processes and --augmenters start a cluster on this machine", "--processes")]
    public async Task What_belongs_to_this_machine_does_not_go_with_a_server(string reason, params string[] more)
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync(["train", "digits", "--server", _url, .. more]));
        Assert.StartsWith($"convoy: {reason}", Assert.Single(convoy.ErrorLines));
    }

    [Theory]
    [InlineData("--priority: expected a whole number from -100 to 100, not '101'", "train", "digits", "--priority", "101", "--server", "http://127.0.0.1:1")]
    [InlineData("--priority: expected a whole number from -100 to 100, not 'high'", "sweep", "mnist-sweep", "--priority", "high", "--server", "http://127.0.0.1:1")]
    [InlineData("--priority is among the jobs of a server: a run of this machine has all its workers to itself", "train", "digits", "--priority", "1")]
    [InlineData("--priority is among the jobs and sweeps of a server: a sweep of this machine has all its workers to itself", "sweep", "mnist-sweep", "--priority", "1")]
    public async Task A_priority_is_a_number_in_its_range_and_of_a_server(string reason, params string[] arguments)
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync(arguments));
        Assert.StartsWith($"convoy: {reason}", Assert.Single(convoy.ErrorLines));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_one_line()
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("jobs", "list", "--server", "http://127.0.0.1:1"));
        Assert.StartsWith("convoy: http://127.0.0.1:1: no coordinator answers there: ", Assert.Single(convoy.ErrorLines));
    }

    async Task<string> Run(params string[] arguments)
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Done, await convoy.RunAsync([.. arguments, "--server", _url]));
        Assert.Empty(convoy.ErrorLines);
        return convoy.Out.ToString().ReplaceLineEndings("\n");
    }

    static async Task Fails(int code, string line, params string[] arguments)
    {
        using var convoy = new Invocation();
        Assert.Equal(code, await convoy.RunAsync(arguments));
        Assert.Equal([line], convoy.ErrorLines);
    }

    sealed class LineWriter : StringWriter
    {
        readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> FirstLine => _first.Task;

        public override void WriteLine(string? value) => _first.TrySetResult(value!);
    }
}
