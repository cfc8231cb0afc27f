using System.Text.Json;
using System.Text.RegularExpressions;
using Convoy.Chaos;
using Convoy.Cli.Tests.Support;

namespace Convoy.Cli.Tests;

/// <summary>Sweeps as users start them: <c>./convoy</c>, a process of its own, real trainings.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class SweepEndToEndTests : IDisposable
{
    const string Yaml = """
        name: tiny
        base:
          data: {kind: digits, train: 640, validation: 100, test: 100}
          epochs: 2
          model: {input: [28, 28, 1], layers: [flatten, {dense: {units: 16, activation: relu}}, {dense: {units: 10, activation: softmax}}]}
        space:
          optimizer.lr: {kind: log, low: 0.0001, high: 0.1}
          model.layers[1].units: {kind: choice, values: [8, 16, 32]}
        strategy: {kind: asha, reduction: 2}
        budget: {trials: 6}

        """;

    readonly string _folder = Directory.CreateTempSubdirectory("convoy-sweep-").FullName;

    public SweepEndToEndTests() => File.WriteAllText(In("tiny.yaml"), Yaml);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string In(params string[] names) => Path.Combine([_folder, .. names]);

    [Fact]
    public async Task A_sweep_leaves_trials_pictures_and_the_best_as_a_model_and_as_a_spec_that_makes_it_again()
    {
        var (code, output, _) = await ConvoyProgram.RunAsync("sweep", In("tiny.yaml"), "--out", In("s"), "--json");
        Assert.Equal(0, code);
        var best = JsonDocument.Parse(output).RootElement.GetProperty("best");
        Assert.Equal(7, File.ReadAllLines(In("s", "trials.csv")).Length);
        Assert.All(["best.yaml", "spec.yaml", "summary.json", "parallel-coordinates.png", "importance.png", "history.png", "best/model.safetensors"], name => Assert.True(new FileInfo(In("s", name)).Length > 0, name));
        Assert.Equal(0, (await ConvoyProgram.RunAsync("validate", In("s", "best.yaml"))).Code);

        var (_, evaluation, _) = await ConvoyProgram.RunAsync("evaluate", In("s", "best"), "--json");
        Assert.Equal(best.GetProperty("test").GetProperty("accuracy").GetDouble(), JsonDocument.Parse(evaluation).RootElement.GetProperty("accuracy").GetDouble(), 9);

        Assert.Equal(0, (await ConvoyProgram.RunAsync("train", In("s", "best.yaml"), "--out", In("again"))).Code);
        Assert.Equal(File.ReadAllBytes(In("s", "best", "model.safetensors")), File.ReadAllBytes(In("again", "model.safetensors")));
    }

    [Fact]
    public async Task A_sweep_interrupted_by_Ctrl_C_exits_130_and_goes_on_with_the_same_decisions()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGINT is sent by kill");
        Assert.Equal(0, (await ConvoyProgram.RunAsync("sweep", In("tiny.yaml"), "--out", In("whole"))).Code);

        var (code, _, error) = await ConvoyProgram.RunAsync(["sweep", In("tiny.yaml"), "--out", In("cut")], interruptAt: FirstResult(), Signals.Interrupt);
        Assert.Equal(130, code);
        Assert.Contains("go on with: convoy sweep --resume --out", error, StringComparison.Ordinal);

        Assert.Equal(0, (await ConvoyProgram.RunAsync("sweep", "--resume", "--out", In("cut"))).Code);
        Assert.Equal(Decisions("whole"), Decisions("cut"));
    }

    // All but the last columns, which are times and the reason of the end.
    string[] Decisions(string sweep) => [.. File.ReadAllLines(In(sweep, "trials.csv")).Select(line => string.Join(',', line.Split(',')[..9]))];

    [GeneratedRegex("^best: trial ")]
    private static partial Regex FirstResult();
}
