using System.Text.Json;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Tests;

/// <summary>Folders of pictures, from a replica that trains on them to the model's answers.</summary>
public sealed class FolderTests
{
    const string Spec = """
        name: reds
        data: {kind: folder}
        model:
          input: [12, 12, 3]
          layers: [flatten, {dense: {units: 1, activation: sigmoid}}]
        loss: binary_crossentropy
        optimizer: {kind: adam, lr: 0.01}
        batch_size: 8
        epochs: 6
        """;

    [Fact]
    public async Task A_folder_trains_and_its_damaged_file_is_named_and_the_model_knows_the_classes()
    {
        using var convoy = new Invocation();
        var data = Path.Combine(convoy.Folder, "data");
        PictureFolder.Write(data, 20, "cat", "dog");
        var damaged = convoy.Write("data/cat/20.jpg", "no picture");
        convoy.Write("reds.yaml", Spec);
        var run = Path.Combine(convoy.Folder, "run");

        var (code, output, error) = await ConvoyProgram.RunAsync("train", Path.Combine(convoy.Folder, "reds.yaml"), "--data", data, "--out", run);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"left out: {damaged}: not a picture", output);
        var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "summary.json"))).RootElement;
        Assert.StartsWith($"{damaged}: ", Assert.Single(summary.GetProperty("skipped").EnumerateArray()).GetString());
        Assert.Equal(4 + 4 - 1, summary.GetProperty("validation").GetProperty("samples").GetInt32()); // the damaged one was to be held out
        PictureFolder.WritePicture(Path.Combine(convoy.Folder, "blue.jpg"), SkiaSharp.SKColor.FromHsv(155, 80, 90));
        Assert.Matches("blue.jpg  dog ", (await ConvoyProgram.RunAsync("predict", run, Path.Combine(convoy.Folder, "blue.jpg"))).Output);
        Assert.Equal("all accuracy 1.0000", (await ConvoyProgram.RunAsync("evaluate", run, "--split", "all")).Output[..19]);
        PictureFolder.Write(Path.Combine(convoy.Folder, "other"), 2, "bird", "dog");
        var other = await ConvoyProgram.RunAsync("evaluate", run, "--data", Path.Combine(convoy.Folder, "other"), "--split", "all");
        Assert.Equal((1, $"convoy: the data has the classes bird, dog, but {run} tells apart cat, dog"), (other.Code, other.Error));
    }

    [Fact]
    public async Task A_model_on_a_base_is_whole_in_its_folder()
    {
        using var convoy = new Invocation();
        PictureFolder.Write(Path.Combine(convoy.Folder, "data"), 8, "cat", "dog");
        convoy.Write("based.yaml", Spec.Replace("input: [12, 12, 3]", "input: [32, 32, 3]\n  base: {backbone: mobilenet_0.25}", StringComparison.Ordinal));
        var (data, run) = (Path.Combine(convoy.Folder, "data"), Path.Combine(convoy.Folder, "run"));

        var trained = await ConvoyProgram.RunAsync("train", Path.Combine(convoy.Folder, "based.yaml"), "--data", data, "--out", run, "--epochs", "1");

        Assert.Equal((0, ""), (trained.Code, trained.Error));
        Assert.Contains("preprocessing: tf\n", await File.ReadAllTextAsync(Path.Combine(run, "model.yaml"), TestContext.Current.CancellationToken));
        Assert.Contains("Total params: 218,801", (await ConvoyProgram.RunAsync("summary", run)).Output);
        Assert.Matches("0.jpg  (cat|dog) ", (await ConvoyProgram.RunAsync("predict", run, Path.Combine(data, "cat", "0.jpg"))).Output);
    }

    [Fact]
    public async Task Any_folder_of_classes_trains_without_a_spec()
    {
        using var convoy = new Invocation();
        var (data, run) = (Path.Combine(convoy.Folder, "insects"), Path.Combine(convoy.Folder, "run"));
        PictureFolder.Write(data, 20, "ant", "bee", "fly");

        var (code, output, error) = await ConvoyProgram.RunAsync("train", "--data", data, "--model", "small", "--epochs", "4", "--out", run);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("2 replicas, 2 steps an epoch, 4 epochs", output);
        var spec = SpecSource.Load(Path.Combine(run, "spec.yaml"));
        Assert.Equal(("insects", 4, 3), (spec.Name, spec.Epochs, ModelPlanner.Plan(spec.Model).Output.Channels));
        Assert.Equal([32, 32, 3], spec.Model.Input);
    }

    [Fact]
    public async Task A_damaged_file_stops_the_run_before_it_begins_where_that_is_wished()
    {
        using var convoy = new Invocation();
        PictureFolder.Write(Path.Combine(convoy.Folder, "data"), 2, "cat", "dog");
        var damaged = convoy.Write("data/cat/20.jpg", "");
        convoy.Write("reds.yaml", Spec);

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("train", "reds.yaml", "--data", "data", "--set", "data.on_error=fail", "--out", "run"));

        Assert.Equal([$"convoy: {damaged}: an empty file; expected a picture; remove it, or set data.on_error: skip"], convoy.ErrorLines);
        Assert.False(Directory.Exists(Path.Combine(convoy.Folder, "run")));
    }

    [Fact]
    public async Task A_model_for_another_number_of_classes_is_told_before_the_run_begins()
    {
        using var convoy = new Invocation();
        PictureFolder.Write(Path.Combine(convoy.Folder, "data"), 3, "ant", "bee", "fly");
        convoy.Write("reds.yaml", Spec);

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("train", "reds.yaml", "--data", "data"));

        Assert.Equal(["convoy: the data set has 3 classes, the model tells 2 apart; set the last layer's units"], convoy.ErrorLines);
    }
}
