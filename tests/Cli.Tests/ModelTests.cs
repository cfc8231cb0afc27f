using System.Text.Json;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using SkiaSharp;

namespace Convoy.Cli.Tests;

public sealed class ModelTests
{
    static readonly TrainingSpec Spec = SpecSource.Load("digits", ["data.train=20", "data.validation=2", "data.test=3"]);

    static readonly ModelCard Card = new() { Name = "digits", Model = Spec.Model, Classes = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")] };

    static Invocation WithModel(string folder)
    {
        var convoy = new Invocation { Classifiers = new FakeClassifiers() };
        convoy.Write($"{folder}/model.yaml", RecordWriter.Write(Card));
        convoy.Write($"{folder}/model.safetensors", "");
        convoy.Write($"{folder}/spec.yaml", SpecWriter.Write(Spec));
        return convoy;
    }

    static string Picture(Invocation convoy, string name, byte grey)
    {
        using var bitmap = new SKBitmap(28, 28);
        bitmap.Erase(new SKColor(grey, grey, grey));
        using var file = File.Create(Path.Combine(convoy.Folder, name));
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        return name;
    }

    [Theory]
    [InlineData("test", 3)]
    [InlineData("validation", 2)]
    [InlineData("train", 20)]
    public async Task Evaluate_measures_the_split_that_is_asked_for(string split, int samples)
    {
        using var convoy = WithModel("run");

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("evaluate", "run", "--split", split, "--json"));

        var document = JsonDocument.Parse(convoy.Out.ToString()).RootElement;
        Assert.Equal(["loss", "accuracy", "samples"], document.EnumerateObject().Select(property => property.Name));
        Assert.Equal(samples, document.GetProperty("samples").GetInt64());
    }

    [Fact]
    public async Task Evaluate_says_it_in_words_too()
    {
        using var convoy = WithModel("run");

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("evaluate", "run"));

        Assert.Equal($"test accuracy 0.7500  loss 0.5000  (3 samples){Environment.NewLine}", convoy.Out.ToString());
    }

    [Fact]
    public async Task Predict_names_the_most_probable_classes_of_every_picture()
    {
        using var convoy = WithModel("run");

        var code = await convoy.RunAsync("predict", "run", Picture(convoy, "a.png", 3), Picture(convoy, "b.png", 7), "--top", "2");

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(["a.png  3 90.0%  4 10.0%", "b.png  7 90.0%  8 10.0%"], convoy.Out.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_picture_that_cannot_be_read_is_named_and_the_others_are_predicted()
    {
        using var convoy = WithModel("run");
        var broken = convoy.Write("broken.png", "no picture");

        var code = await convoy.RunAsync("predict", "run", "broken.png", Picture(convoy, "b.png", 7), "--json");

        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith($"convoy: {broken}: ", Assert.Single(convoy.ErrorLines));
        var prediction = Assert.Single(JsonDocument.Parse(convoy.Out.ToString()).RootElement.EnumerateArray());
        Assert.Equal(("b.png", "7"), (prediction.GetProperty("image").GetString(), prediction.GetProperty("top")[0].GetProperty("class").GetString()));
    }

    [Fact]
    public async Task Summary_reads_a_models_folder()
    {
        using var convoy = WithModel("run");

        Assert.Equal(ExitCode.Done, await convoy.RunAsync("summary", "run"));

        Assert.Contains("Total params: 93,322", convoy.Out.ToString());
    }

    [Fact]
    public async Task A_folder_without_weights_is_named()
    {
        using var convoy = WithModel("run");
        File.Delete(Path.Combine(convoy.Folder, "run/model.safetensors"));

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("predict", "run", "a.png"));

        Assert.Equal(["convoy: run: has no model.safetensors; expected the folder of a completed run"], convoy.ErrorLines);
    }

    /// <summary>Takes the brightness of a picture's first pixel for its class.</summary>
    sealed class FakeClassifiers : IClassifierHost, IClassifier
    {
        public ModelCard Card => ModelTests.Card;
        public IClassifier Open(ModelChoice model) => this;
        public Metrics Evaluate(IImageSet set, IProgress<int>? samplesDone, CancellationToken cancel) => new(0.5, 0.75, set.Count);
        public float[][] Predict(IReadOnlyList<byte[]> pictures) => [.. pictures.Select(picture => Probabilities(picture[0]))];
        public void Dispose() { }

        static float[] Probabilities(int brightest)
        {
            var each = new float[10];
            (each[brightest], each[brightest + 1]) = (0.9f, 0.1f);
            return each;
        }
    }
}
