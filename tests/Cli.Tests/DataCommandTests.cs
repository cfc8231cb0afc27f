using System.Text.Json;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;
using SkiaSharp;

namespace Convoy.Cli.Tests;

public sealed class DataCommandTests : IDisposable
{
    readonly Invocation _convoy = new();

    public void Dispose() => _convoy.Dispose();

    string Data => Path.Combine(_convoy.Folder, "data");

    [Fact]
    public async Task List_counts_classes_and_splits_and_names_what_is_damaged()
    {
        PictureFolder.Write(Path.Combine(Data, "train"), 3, "cat", "dog");
        PictureFolder.Write(Path.Combine(Data, "validation"), 2, "cat", "dog");
        var damaged = _convoy.Write("data/train/dog/9.jpg", "no picture");

        Assert.Equal(ExitCode.Done, await _convoy.RunAsync("data", "list", "data"));

        Assert.Equal(
        [
            "class       train  validation",
            "cat             3           2",
            "dog             3           2",
            "all             6           4",
            $"left out: {damaged}: not a picture that can be read; expected a JPEG, PNG, BMP or WebP file",
        ], Lines());
    }

    [Fact]
    public async Task List_is_read_by_programs_too()
    {
        PictureFolder.Write(Data, 3, "Cat", "dog");

        Assert.Equal(ExitCode.Done, await _convoy.RunAsync("data", "list", "data", "--json"));

        var document = JsonDocument.Parse(_convoy.Out.ToString()).RootElement;
        Assert.Equal(3, document.GetProperty("splits").GetProperty("train").GetProperty("Cat").GetInt32());
        Assert.Empty(document.GetProperty("skipped").EnumerateArray());
    }

    [Fact]
    public async Task List_counts_MNISTs_files_too()
    {
        TinyIdx.Write(Data, train: 20, test: 10);

        Assert.Equal(ExitCode.Done, await _convoy.RunAsync("data", "list", "data"));

        Assert.Equal(["class       train        test", "0               2           1"], Lines().Take(2));
    }

    [Fact]
    public async Task Split_makes_a_data_set_that_can_be_listed()
    {
        foreach (var (name, i) in new[] { "cat", "dog" }.SelectMany(name => Enumerable.Range(0, 4).Select(i => (name, i))))
            PictureFolder.WritePicture(Path.Combine(Data, $"{name}.{i}.jpg"), SKColors.Red);

        Assert.Equal(ExitCode.Done, await _convoy.RunAsync("data", "split", "data", "small", "--train", "2", "--test", "1", "--rename", "cat=cats"));

        Assert.Equal(["small: cats, dog; of each 2 to train, 0 to validate, 1 to test"], Lines());
        Assert.Equal(["test", "train"], Directory.GetDirectories(Path.Combine(_convoy.Folder, "small")).Select(Path.GetFileName).Order());
        Assert.Equal(ExitCode.Failed, await _convoy.RunAsync("data", "split", "data", "small", "--train", "2"));
        Assert.Contains("exists already", Assert.Single(_convoy.ErrorLines));
    }

    [Fact]
    public async Task Fetch_that_reaches_nobody_fails_in_one_line_and_leaves_no_file()
    {
        Assert.Equal(ExitCode.Failed, await _convoy.RunAsync("data", "fetch", "mnist", "--from", "http://127.0.0.1:1", "--out", "sets/mnist"));

        Assert.StartsWith("convoy: http://127.0.0.1:1/train-images-idx3-ubyte.gz: ", Assert.Single(_convoy.ErrorLines));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_convoy.Folder, "sets/mnist")));
    }

    [Fact]
    public async Task Preview_draws_pictures_beside_what_augmentation_makes_of_them()
    {
        PictureFolder.Write(Data, 5, "cat", "dog");

        Assert.Equal(ExitCode.Done, await _convoy.RunAsync("data", "preview", "data", "--out", "sheet.png", "--rows", "3", "--variants", "2"));

        using var sheet = SKBitmap.Decode(Path.Combine(_convoy.Folder, "sheet.png"));
        Assert.Equal((150 + 3 * (128 + 8), 28 + 3 * (128 + 8)), (sheet.Width, sheet.Height)); // 32 x 32, each pixel shown as 4 x 4
        var (first, last) = (sheet.GetPixel(200, 90), sheet.GetPixel(200, 90 + 2 * 136));
        Assert.True(first.Red > 180 && first.Blue < 100, $"{first}");
        Assert.True(last.Blue > 100 && last.Red < 100, $"{last}");
    }

    [Fact]
    public async Task Preview_shows_what_a_changed_augmentation_would_do()
    {
        PictureFolder.Write(Data, 5, "cat", "dog");

        Assert.Equal(ExitCode.Done, await _convoy.RunAsync("data", "preview", "data", "--set", "augmentation.brightness_range=[0.2, 0.2]", "--out", "sheet.png", "--rows", "1", "--variants", "1"));

        using var sheet = SKBitmap.Decode(Path.Combine(_convoy.Folder, "sheet.png"));
        Assert.InRange(sheet.GetPixel(200 + 136, 90).Red, 0.15 * sheet.GetPixel(200, 90).Red, 0.25 * sheet.GetPixel(200, 90).Red);
    }

    [Theory]
    [InlineData("--model needs --data DIR, a folder with a folder of pictures for every class", "train", "--model", "small")]
    [InlineData("--model makes a spec from the pictures: leave it or the preset out", "train", "digits", "--model", "small")]
    [InlineData("a resumed run keeps its model; leave --model out", "train", "--resume", "--model", "small", "--out", "x")]
    [InlineData("--model looks at the pictures, which a server has elsewhere: give it a spec", "train", "--model", "small", "--data", "x", "--server", "http://127.0.0.1:1")]
    public async Task A_model_from_the_pictures_needs_pictures(string problem, params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await _convoy.RunAsync(arguments));

        Assert.Equal([$"convoy: {problem}"], _convoy.ErrorLines);
    }

    string[] Lines() => _convoy.Out.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
