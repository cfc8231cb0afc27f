using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Cli.Tests;

public sealed class ExportTests
{
    static readonly ModelSpec Model = new() { Input = [4], Layers = [new Dense { Units = 2, Activation = Activation.Softmax }] };

    static Invocation WithModel()
    {
        var convoy = new Invocation();
        convoy.Write("runs/pets/model.yaml", RecordWriter.Write(new ModelCard { Name = "pets", Model = Model, Classes = ["cat", "dog"] }));
        var weights = ModelPlanner.Plan(Model).Weights.Select(weight => new Safetensors.Source(weight.Name, "F32", [.. weight.Shape.Select(size => (long)size)], file => file.Write(new byte[weight.Count * 4])));
        AtomicFile.Write(Path.Combine(convoy.Folder, "runs/pets/model.safetensors"), file => Safetensors.Write(file, [.. weights], new Dictionary<string, string>()));
        return convoy;
    }

    [Theory]
    [InlineData("onnx", "pets.onnx")]
    [InlineData("safetensors", "pets.safetensors")]
    [InlineData("keras", "pets.h5")]
    public async Task A_model_is_exported_to_a_file_of_its_name(string format, string file)
    {
        using var convoy = WithModel();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("export", "runs/pets/", "--to", format));

        var length = new FileInfo(Path.Combine(convoy.Folder, file)).Length;
        Assert.Equal(FormattableString.Invariant($"{file}: {length:N0} bytes, 10 parameters{Environment.NewLine}"), convoy.Out.ToString());
    }

    [Fact]
    public async Task The_file_can_be_named()
    {
        using var convoy = WithModel();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("export", "runs/pets", "--to", "onnx", "--out", "mine.onnx"));

        Assert.True(File.Exists(Path.Combine(convoy.Folder, "mine.onnx")));
    }

    [Theory]
    [InlineData("onnx"), InlineData("safetensors"), InlineData("keras")]
    public async Task A_place_that_is_a_folder_is_one_line_and_nothing_is_left_beside_it(string format)
    {
        using var convoy = WithModel();
        Directory.CreateDirectory(Path.Combine(convoy.Folder, "there"));

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("export", "runs/pets", "--to", format, "--out", "there"));

        Assert.Contains("cannot be written", Assert.Single(convoy.ErrorLines));
        Assert.Empty(Directory.EnumerateFiles(convoy.Folder));
    }

    [Fact]
    public async Task Weights_of_another_model_are_one_error()
    {
        using var convoy = WithModel();
        convoy.Write("runs/pets/model.yaml", RecordWriter.Write(new ModelCard { Model = Model with { Input = [5] }, Classes = ["cat", "dog"] }));

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("export", "runs/pets", "--to", "onnx"));

        Assert.EndsWith("does not fit the model; 1 of its tensors differs: dense_1.weight is (2, 4) where the model has (2, 5)", Assert.Single(convoy.ErrorLines));
    }

    [Theory]
    [InlineData("expected onnx, safetensors or keras", "export", "runs/pets", "--to", "tflite")]
    [InlineData("'--to' is required", "export", "runs/pets")]
    [InlineData("nothing: no such folder", "export", "nothing", "--to", "onnx")]
    public async Task What_cannot_be_exported_is_one_line(string message, params string[] arguments)
    {
        using var convoy = WithModel();

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync(arguments));

        Assert.Contains(message, Assert.Single(convoy.ErrorLines));
    }
}
