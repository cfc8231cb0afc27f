using System.Runtime.InteropServices;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using SkiaSharp;

namespace Convoy.Cli.Tests;

/// <summary><c>convoy show</c> on a model of drawn digits that was never trained.</summary>
public sealed class ShowTests
{
    static readonly TrainingSpec Spec = SpecSource.Load("digits", ["data.train=20", "data.validation=2", "data.test=12"]);

    static readonly ModelCard Card = new() { Name = "digits", Model = Spec.Model, Classes = [.. Enumerable.Range(0, 10).Select(digit => $"digit {digit}")] };

    static Invocation WithModel()
    {
        var convoy = new Invocation();
        var random = new Random(3);
        convoy.Write("runs/digits/model.yaml", RecordWriter.Write(Card with { Classes = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")] }));
        convoy.Write("runs/digits/spec.yaml", SpecWriter.Write(Spec));
        var weights = ModelPlanner.Plan(Spec.Model).Weights.Select(weight => new Safetensors.Source(weight.Name, "F32", [.. weight.Shape.Select(size => (long)size)],
            file => file.Write(MemoryMarshal.AsBytes<float>(Enumerable.Range(0, (int)weight.Count).Select(_ => (float)random.NextDouble() - 0.4f).ToArray()))));
        AtomicFile.Write(Path.Combine(convoy.Folder, "runs/digits/model.safetensors"), file => Safetensors.Write(file, [.. weights], new Dictionary<string, string>()));
        return convoy;
    }

    static string Picture(Invocation convoy, string name, int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(SKColors.Black);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { Color = SKColors.White, StrokeWidth = width / 8f })
            canvas.DrawLine(width / 4f, height / 5f, width / 2f, height * 0.8f, paint);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(convoy.Folder, name))!);
        using var file = File.Create(Path.Combine(convoy.Folder, name));
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        return name;
    }

    static (int Width, int Height) SizeOf(Invocation convoy, string name)
    {
        using var bitmap = SKBitmap.Decode(Path.Combine(convoy.Folder, name));
        return (bitmap.Width, bitmap.Height);
    }

    static string[] Lines(Invocation convoy) => convoy.Out.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    static string[] Files(Invocation convoy, string folder) => [.. Directory.GetFiles(Path.Combine(convoy.Folder, folder)).Select(Path.GetFileName).Order()!];

    [Fact]
    public async Task Activations_are_a_file_a_layer_with_its_shape_and_dead_channels_said()
    {
        using var convoy = WithModel();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("show", "activations", "runs/digits", Picture(convoy, "seven.png", 60, 60), "--out", "act"));

        var plan = ModelPlanner.Plan(Spec.Model);
        var layers = LayerChoice.ConvolutionsAndPoolings(plan).Select(layer => plan.Layers[layer]).ToList();
        var files = layers.Select((layer, place) => $"{place + 1:D2}-{layer.Name}.png").ToList();
        Assert.Equal(files, Files(convoy, "act"));
        foreach (var (place, line) in Lines(convoy).Index())
            Assert.StartsWith($"{Path.Combine("act", files[place])}  {layers[place].Name}: {layers[place].Output.Channels} channels of {layers[place].Output.Height} x {layers[place].Output.Width}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_channel_can_be_looked_at_alone()
    {
        using var convoy = WithModel();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("show", "activations", "runs/digits", Picture(convoy, "seven.png", 60, 60), "--layer", "conv2d_1", "--channel", "3", "--out", "act"));

        Assert.Equal(["conv2d_1-3.png"], Files(convoy, "act"));
    }

    [Fact]
    public async Task Filters_are_a_grid_and_a_table()
    {
        using var convoy = WithModel();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("show", "filters", "runs/digits", "--layer", "conv2d_2", "--count", "10", "--size", "30", "--steps", "3", "--out", "filters"));

        Assert.Equal((8 * 30 + 7 * 5, 2 * 30 + 5), SizeOf(convoy, "filters/filters-conv2d_2.png"));
        Assert.Equal(11, File.ReadAllLines(Path.Combine(convoy.Folder, "filters/filters-conv2d_2.csv")).Length);
    }

    [Fact]
    public async Task Grad_CAM_is_drawn_over_each_picture_at_its_own_size_and_pictures_of_one_name_do_not_collide()
    {
        using var convoy = WithModel();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("show", "gradcam", "runs/digits", Picture(convoy, "a/seven.png", 200, 100), Picture(convoy, "b/seven.png", 60, 90), "--class", "7", "--out", "cam"));

        Assert.Equal(["seven-2.png", "seven.png"], Files(convoy, "cam"));
        var (width, height) = SizeOf(convoy, "cam/seven.png");
        Assert.Equal(3 * 10 + 2 * 200, width);
        Assert.InRange(height, 100 + 40, 100 + 120);
        Assert.All(Lines(convoy), line => Assert.Contains("of the class's logit (before the last activation)", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_picture_is_named_and_the_others_are_drawn()
    {
        using var convoy = WithModel();
        convoy.Write("broken.png", "no picture");

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("show", "gradcam", "runs/digits", "broken.png", Picture(convoy, "seven.png", 60, 60), "--out", "cam"));

        Assert.Contains(convoy.ErrorLines, line => line.Contains("broken.png: not a picture that can be read", StringComparison.Ordinal));
        Assert.Equal(["seven.png"], Files(convoy, "cam"));
    }

    [Fact]
    public async Task Errors_are_a_matrix_a_table_by_class_and_a_sheet_of_mistakes()
    {
        using var convoy = WithModel();

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("show", "errors", "runs/digits", "--count", "3", "--out", "errors"));

        Assert.Equal(["classes.csv", "confusion.csv", "confusion.png", "mistakes.csv", "mistakes.png"], Files(convoy, "errors"));
        var table = File.ReadAllLines(Path.Combine(convoy.Folder, "errors/confusion.csv")).Skip(1).Select(line => line.Split(',').Skip(1).Select(int.Parse).ToArray()).ToArray();
        var mistakes = File.ReadAllLines(Path.Combine(convoy.Folder, "errors/mistakes.csv"));
        Assert.Equal(12, table.Sum(row => row.Sum()));
        Assert.Equal(12 - Enumerable.Range(0, 10).Sum(of => table[of][of]), mistakes.Length - 1);
        Assert.Equal(mistakes.Skip(1).Select(line => double.Parse(line.Split(',')[3], System.Globalization.CultureInfo.InvariantCulture)).OrderDescending(), mistakes.Skip(1).Select(line => double.Parse(line.Split(',')[3], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.StartsWith("test accuracy ", Lines(convoy)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the model has no layer 'conv2d_8'; did you mean 'conv2d_1'?", "filters", "runs/digits", "--layer", "conv2d_8", "--out", "x")]
    [InlineData("layer 'dense_1' has no feature maps", "activations", "runs/digits", "seven.png", "--layer", "dense_1", "--out", "x")]
    [InlineData("--channel needs --layer", "activations", "runs/digits", "seven.png", "--channel", "1", "--out", "x")]
    [InlineData("--channel: conv2d_1 has the channels 0 to", "activations", "runs/digits", "seven.png", "--layer", "conv2d_1", "--channel", "4000", "--out", "x")]
    [InlineData("--class: the model has no class 'cat'", "gradcam", "runs/digits", "seven.png", "--class", "cat", "--out", "x")]
    [InlineData("'--out' is required", "gradcam", "runs/digits", "seven.png")]
    [InlineData("no such folder", "errors", "runs/none", "--out", "x")]
    public async Task What_cannot_be_shown_is_one_line(string message, params string[] arguments)
    {
        using var convoy = WithModel();
        Picture(convoy, "seven.png", 60, 60);

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync(["show", .. arguments]));

        Assert.Contains(message, Assert.Single(convoy.ErrorLines), StringComparison.Ordinal);
    }
}
