using System.CommandLine;
using Convoy.Augmentation.Decoding;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Shared.Models;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy predict</c></summary>
sealed class PredictCommand(CliHost host)
{
    sealed record Request(ModelChoice Model, IReadOnlyList<string> Images, int Top, bool Json);

    sealed record Guess(int Index, string Class, double Probability);

    sealed record Prediction(string Image, IReadOnlyList<Guess> Top);

    public static Command Create(CliHost host)
    {
        var (model, weights) = (ModelChoice.Argument(), ModelChoice.Weights());
        var images = new Argument<string[]>("IMAGE") { Description = "Picture files, brought to the model's size and channels.", Arity = ArgumentArity.OneOrMore };
        var top = CommonOptions.Number("--top", least: 1, "Show the N most probable classes (default 1).");
        var json = CommonOptions.Json();
        var command = new Command("predict", "Say what pictures show.") { model, images, weights, top, json };
        command.SetAction(parsed => new PredictCommand(host).Run(new Request(
            ModelChoice.Of(host, parsed.GetRequiredValue(model), parsed.GetValue(weights)), parsed.GetRequiredValue(images), parsed.GetValue(top) ?? 1, parsed.GetValue(json))));
        return HelpWithExamples.Add(command, "convoy predict runs/digits-20260102-150405 seven.png", "convoy predict runs/mnist *.png --top 3 --json",
            "convoy predict mobilenet_0.25 --weights mobilenet_2_5_224_tf.h5 elephant.jpg --top 5");
    }

    int Run(Request request)
    {
        if (request.Model.Note is { } note) host.Error.WriteLine(note);
        var pictures = Decode(request.Images, new Shape(request.Model.ReadCard().Model.Input));
        if (pictures.Count > 0)
            Print(Predict(request.Model, pictures, request.Top), request.Json);
        return pictures.Count == request.Images.Count ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>The pictures that can be read; a line on standard error for every other.</summary>
    List<(string Image, byte[] Bytes)> Decode(IReadOnlyList<string> images, Shape shape)
    {
        var pictures = new List<(string, byte[])>();
        foreach (var image in images)
        {
            try
            {
                pictures.Add((image, ImageDecoder.Decode(host.Absolute(image), shape)));
            }
            catch (DecodeException error)
            {
                ErrorReport.Write(error, host.Error, host.Debug);
            }
        }
        return pictures;
    }

    List<Prediction> Predict(ModelChoice model, List<(string Image, byte[] Bytes)> pictures, int top)
    {
        using var classifier = host.Classifiers.Open(model);
        var probabilities = classifier.Predict([.. pictures.Select(picture => picture.Bytes)]);
        return [.. pictures.Zip(probabilities, (picture, each) => new Prediction(picture.Image, Best(each, classifier.Card.Classes, top)))];
    }

    static List<Guess> Best(float[] probabilities, IReadOnlyList<string> classes, int top) =>
        [.. probabilities.Zip(classes, (probability, name) => (probability, name)).Select((each, index) => new Guess(index, each.name, each.probability)).OrderByDescending(guess => guess.Probability).Take(top)];

    void Print(List<Prediction> predictions, bool json)
    {
        if (json)
            Json.Write(host.Out, predictions);
        else
            foreach (var prediction in predictions)
                host.Out.WriteLine($"{prediction.Image}  {string.Join("  ", prediction.Top.Select(guess => FormattableString.Invariant($"{guess.Class} {guess.Probability * 100:F1}%")))}");
    }
}
