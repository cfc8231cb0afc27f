using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Convoy.Cli.Tests;

/// <summary>The program as its users start it: <c>./convoy</c>, a process of its own, a real cluster, real files.</summary>
public sealed partial class EndToEndTests : IDisposable
{
    static readonly string[] Small = ["--set", "data.train=1280", "--set", "data.validation=200", "--set", "data.test=200", "--epochs", "3"];

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
        Assert.Equal(0, (await Convoy(["train", "digits", .. Small, "--set", "data.train=6400", "--out", Out("whole")])).Code);

        var (code, _, error) = await Convoy(["train", "digits", .. Small, "--set", "data.train=6400", "--out", Out("cut")], interruptAt: FirstEpochDone());
        Assert.Equal(130, code);
        Assert.Contains("--resume", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Out("cut"), "model.safetensors")));

        Assert.Equal(0, (await Convoy(["train", "--resume", "--out", Out("cut")])).Code);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Out("whole"), "model.safetensors")), File.ReadAllBytes(Path.Combine(Out("cut"), "model.safetensors")));
    }

    [GeneratedRegex("^epoch 1/3 done")]
    private static partial Regex FirstEpochDone();

    [Fact]
    public async Task A_folder_without_libtorch_is_one_clear_line()
    {
        var (code, _, error) = await Convoy(["train", "digits", .. Small, "--out", Out("none")], libtorch: _folder);
        Assert.Equal(1, code);
        Assert.Matches($"^convoy: libtorch does not load from {Regex.Escape(_folder)}: .*CONVOY_LIBTORCH", error.Trim().Split('\n')[^1]);
        Assert.False(Directory.Exists(Out("none")));
    }

    static async Task<(int Code, string Output, string Error)> Convoy(string[] arguments, Regex? interruptAt = null, string? libtorch = null)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "convoy"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (libtorch is not null) start.Environment["CONVOY_LIBTORCH"] = libtorch;
        using var process = Process.Start(start)!;
        var (output, error) = (Drain(process.StandardOutput), Drain(process.StandardError));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);

        async Task<string> Drain(StreamReader reader)
        {
            var lines = new List<string>();
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                lines.Add(line);
                if (interruptAt?.IsMatch(line) == true) Assert.Equal(0, Kill(process.Id, PosixSigint));
            }
            return string.Join('\n', lines);
        }
    }

    const int PosixSigint = 2;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Cluster.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }
}
