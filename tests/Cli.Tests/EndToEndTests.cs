using System.Text.Json;
using System.Text.RegularExpressions;
using Convoy.Chaos;
using Convoy.Cli.Tests.Support;

namespace Convoy.Cli.Tests;

/// <summary>The program as its users start it: <c>./convoy</c>, a process of its own, a real cluster, real files.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class EndToEndTests : IDisposable
{
    static readonly string[] Small = ["--set", "data.train=1280", "--set", "data.validation=200", "--set", "data.test=200", "--epochs", "3"];

    // Time to interrupt them after the first epoch.
    static readonly string[] Short = ["--set", "data.train=640", "--set", "data.validation=100", "--set", "data.test=100", "--epochs", "8"];

    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Out(string name) => Path.Combine(_folder, name);

    [Fact]
    public async Task Training_drawn_digits_leaves_a_folder_whose_model_evaluates_to_the_accuracy_reported()
    {
        var (code, output, _) = await Convoy(["train", "digits", .. Small, "--json", "--out", Out("run")]);
        Assert.Equal(0, code);
        var accuracy = Accuracy(output, "test");
        Assert.InRange(accuracy, 0.8, 1);
        Assert.All(["spec.yaml", "history.csv", "curves.png", "model.safetensors", "model.yaml", "summary.json"], name => Assert.True(new FileInfo(Path.Combine(Out("run"), name)).Length > 0, name));
        Assert.Equal(accuracy, JsonDocument.Parse((await Convoy(["evaluate", Out("run"), "--json"])).Output).RootElement.GetProperty("accuracy").GetDouble(), 9);
        Assert.Equal(0, (await Convoy(["validate", Path.Combine(Out("run"), "spec.yaml")])).Code);
    }

    static double Accuracy(string json, string part) => JsonDocument.Parse(json).RootElement.GetProperty(part).GetProperty("accuracy").GetDouble();

    [Fact]
    public async Task A_run_interrupted_by_Ctrl_C_exits_130_and_resumes_to_the_same_bits()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGINT is sent by kill");
        Assert.Equal(0, (await Convoy(["train", "digits", .. Short, "--out", Out("whole")])).Code);

        var (code, _, error) = await Convoy(["train", "digits", .. Short, "--out", Out("cut")], interruptAt: FirstEpochDone());
        Assert.Equal(130, code);
        Assert.Contains("--resume", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Out("cut"), "model.safetensors")));

        Assert.Equal(0, (await Convoy(["train", "--resume", "--out", Out("cut")])).Code);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Out("whole"), "model.safetensors")), File.ReadAllBytes(Path.Combine(Out("cut"), "model.safetensors")));
    }

    [GeneratedRegex("^epoch 1/8 done")]
    private static partial Regex FirstEpochDone();

    [Fact]
    public async Task A_run_of_processes_ends_as_one_of_this_process_does_and_leaves_none_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are found in /proc");
        string[] small = [.. Small, "--workers", "2", "--json"];
        var one = await Convoy(["train", "digits", .. small, "--out", Out("one")]);
        var (code, output, error) = await Convoy(["train", "digits", .. small, "--processes", "--out", Out("many")]);
        Assert.Equal((0, 0), (one.Code, code));
        Assert.Matches(@"(?m)^2 replicas, 20 steps an epoch, 3 epochs$", error);
        Assert.Equal(Accuracy(one.Output, "test"), Accuracy(output, "test"), 0.02);
        Assert.Equal(Files(Out("one")), Files(Out("many")));
        Assert.Empty(Processes());
        Assert.Equal(await AuditAsync("one"), await AuditAsync("many"));
    }

    async Task<string> AuditAsync(string run)
    {
        var (code, output, error) = await Convoy(["jobs", "audit", "--run", Out(run)]);
        Assert.Equal((0, ""), (code, error));
        Assert.EndsWith("clean: every sample was counted exactly once in each epoch", output, StringComparison.Ordinal);
        return output;
    }

    [Fact]
    public async Task A_run_of_processes_is_paused_by_Ctrl_C_and_resumed_by_processes_to_the_same_bits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are found in /proc");
        string[] small = [.. Short, "--workers", "1"];
        Assert.Equal(0, (await Convoy(["train", "digits", .. small, "--out", Out("whole")])).Code);

        var (code, _, error) = await Convoy(["train", "digits", .. small, "--processes", "--out", Out("cut")], interruptAt: FirstEpochDone());
        Assert.Equal(130, code);
        Assert.Contains("--resume", error, StringComparison.Ordinal);
        Assert.Empty(Processes());

        Assert.Equal(0, (await Convoy(["train", "--resume", "--processes", "--out", Out("cut")])).Code);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Out("whole"), "model.safetensors")), File.ReadAllBytes(Path.Combine(Out("cut"), "model.safetensors")));
    }

    [Fact]
    public async Task Processes_end_with_the_one_that_started_them_even_where_it_is_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are found in /proc");
        var code = await Convoy(["train", "digits", .. Small[..^1], "1000", "--workers", "1", "--processes", "--out", Out("killed")], interruptAt: FirstEpochOfMany(), signal: Signals.Kill);
        Assert.Equal(137, code.Code);
        // The pipe breaks at once; the end of a process is not an event that others can wait for.
        var deadline = DateTime.UtcNow.AddSeconds(20);
        while (Processes().Count > 0 && DateTime.UtcNow < deadline) await Task.Yield();
        Assert.Empty(Processes());
    }

    [GeneratedRegex("^epoch 1/1000 done")]
    private static partial Regex FirstEpochOfMany();

    static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder).Select(Path.GetFileName).Where(name => name != ".owner" && !name!.StartsWith("journal.db", StringComparison.Ordinal)).Order(StringComparer.Ordinal)!;

    /// <summary>Processes of the program that this test started, or that those started: they inherit <see cref="Marker"/>.</summary>
    List<string> Processes() =>
        [.. Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _))
            .Where(path => Read(path, "environ").Contains($"{Marker}={_folder}\0", StringComparison.Ordinal))
            .Select(path => Read(path, "cmdline").Replace('\0', ' '))
            .Where(line => line.Contains("Convoy.Cli", StringComparison.Ordinal))];

    static string Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [Fact]
    public async Task A_folder_without_libtorch_is_one_clear_line()
    {
        var (code, _, error) = await Convoy(["train", "digits", .. Small, "--out", Out("none")], libtorch: _folder);
        Assert.Equal(1, code);
        Assert.Matches($"^convoy: libtorch does not load from {Regex.Escape(_folder)}: .*CONVOY_LIBTORCH", error.Trim().Split('\n')[^1]);
        Assert.False(Directory.Exists(Out("none")));
    }

    Task<(int Code, string Output, string Error)> Convoy(string[] arguments, Regex? interruptAt = null, int signal = Signals.Interrupt, string? libtorch = null) =>
        ConvoyProgram.RunAsync(arguments, interruptAt, signal, libtorch is null ? [(Marker, _folder)] : [(Marker, _folder), ("CONVOY_LIBTORCH", libtorch)]);

    const string Marker = "CONVOY_TEST";
}
