using System.Diagnostics;
using System.Text.RegularExpressions;
using Convoy.Cli.Tests.Support;
using Convoy.Coordinator.Jobs;

namespace Convoy.Cli.Tests;

/// <summary>Two processes on one folder, as users start them.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class WritersTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("convoy-writers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Run => Path.Combine(_folder, "r");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_command_on_a_runs_folder_names_the_first_which_trains_on_as_if_alone(bool processes)
    {
        string[] train = ["train", "digits", "--epochs", "3", "--workers", "1", "--set", "data.train=3200", "--set", "data.validation=100", "--set", "data.test=100"];
        using var first = Start([.. train, "--out", Run, .. processes ? ["--processes"] : Array.Empty<string>()]);
        var told = new OutputLines(first.StandardOutput);
        await told.FirstAsync(line => line.Contains("epoch 1/3 done", StringComparison.Ordinal)).WaitAsync(TimeSpan.FromMinutes(1), Cancel);

        var second = await ConvoyProgram.RunAsync("train", "--resume", "--out", Run);
        Assert.Equal((1, ""), (second.Code, second.Output));
        Assert.Equal($"{first.Id}", Line().Match(second.Error).Groups["pid"].Value);
        Assert.Equal(1, (await ConvoyProgram.RunAsync("coordinator", "--port", "0", "--data-port", "0", "--api", "http://127.0.0.1:0", "--journal", Path.Combine(Run, "journal.db"), "--runs", Path.Combine(_folder, "other"))).Code);
        Assert.Equal(0, (await ConvoyProgram.RunAsync("jobs", "audit", "--run", Run)).Code); // whoever only reads may

        await first.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal(0, first.ExitCode);
        var job = Assert.Single(JournalFile.Read(Path.Combine(Run, "journal.db")));
        Assert.Equal([1, 2, 3], job.History.Select(epoch => epoch.Epoch));
        Assert.Equal(1, job.Generation);
        Assert.Empty(Directory.EnumerateFiles(Run, "*lock"));
        Assert.Equal(0, (await ConvoyProgram.RunAsync([.. train, "--out", Path.Combine(_folder, "alone")])).Code);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_folder, "alone", "model.safetensors"), Cancel), await File.ReadAllBytesAsync(Path.Combine(Run, "model.safetensors"), Cancel));
    }

    [Fact]
    public async Task A_run_that_was_killed_can_be_gone_on_with_at_once()
    {
        using var first = Start("train", "digits", "--epochs", "2", "--workers", "1", "--set", "data.train=3200", "--out", Run);
        await new OutputLines(first.StandardOutput).FirstAsync(line => line.Contains("epoch 1/2 done", StringComparison.Ordinal)).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        first.Kill();
        await first.WaitForExitAsync(Cancel);
        Assert.Equal((0, ""), await ResumeAsync());
    }

    async Task<(int, string)> ResumeAsync()
    {
        var (code, _, error) = await ConvoyProgram.RunAsync("train", "--resume", "--out", Run);
        return (code, error);
    }

    // Read to its end, so that it never waits for a reader.
    static Process Start(params string[] arguments)
    {
        var process = Process.Start(ConvoyProgram.With(arguments))!;
        _ = process.StandardError.ReadToEndAsync(Cancel);
        return process;
    }

    [GeneratedRegex(@"^convoy: \S+/r is in use by process (?<pid>\d+) on \S+, since \S+ \S+ UTC; wait for its end, or choose another --out$")]
    private static partial Regex Line();
}
