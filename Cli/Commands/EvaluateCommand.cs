using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Augmentation.Datasets;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy evaluate</c></summary>
sealed class EvaluateCommand(CliHost host)
{
    sealed record Request(string Model, string? Data, Split Split, bool Json);

    public static Command Create(CliHost host)
    {
        var model = new Argument<string>("MODEL") { Description = "The folder of a completed run." };
        var data = CommonOptions.Data();
        data.Description = "The folder with the pictures, if they are not where the run found them.";
        var split = new Option<string>("--split") { Description = "Which samples: train, validation or test.", HelpName = "SPLIT", DefaultValueFactory = _ => "test" };
        split.AcceptOnlyFromAmong("train", "validation", "test");
        var json = CommonOptions.Json();
        var command = new Command("evaluate", "Measure a trained model's loss and accuracy.") { model, data, split, json };
        command.SetAction(parsed => new EvaluateCommand(host).Run(new Request(
            parsed.GetRequiredValue(model), parsed.GetValue(data), Enum.Parse<Split>(parsed.GetRequiredValue(split), ignoreCase: true), parsed.GetValue(json))));
        return HelpWithExamples.Add(command, "convoy evaluate runs/digits-20260102-150405", "convoy evaluate runs/mnist --data /data/mnist --split validation --json");
    }

    void Run(Request request)
    {
        var folder = host.Absolute(request.Model);
        ModelFolder.Check(folder, request.Model);
        var samples = Samples(folder, request);
        using var interrupts = new InterruptHandler(host.Interrupts);
        using var classifier = host.Classifiers.Open(folder);
        CheckShape(classifier, samples, request.Model);
        var metrics = classifier.Evaluate(samples, null, interrupts.Aborted);
        Print(request, metrics);
    }

    IImageSet Samples(string folder, Request request)
    {
        var spec = ModelFolder.ReadSpec(folder);
        var data = request.Data is null ? spec.Data : spec.Data with { Path = host.Absolute(request.Data) };
        var samples = DatasetCache.Open(data, spec.Seed)[request.Split];
        return samples.Count > 0 ? samples : throw CliException.Usage($"the data has no {Name(request.Split)} samples");
    }

    static void CheckShape(IClassifier classifier, IImageSet samples, string model)
    {
        var input = new Shape(classifier.Card.Model.Input);
        if (!samples.Shape.Equals(input))
            throw CliException.Failure($"the pictures are {samples.Shape}, but {model} takes {input}");
    }

    void Print(Request request, Metrics metrics)
    {
        if (request.Json)
            Json.Write(host.Out, new { metrics.Loss, metrics.Accuracy, metrics.Samples });
        else
            host.Out.WriteLine(FormattableString.Invariant($"{Name(request.Split)} accuracy {metrics.Accuracy:F4}  loss {metrics.Loss:F4}  ({metrics.Samples:N0} samples)"));
    }

    static string Name(Split split) => split.ToString().ToLowerInvariant();
}
