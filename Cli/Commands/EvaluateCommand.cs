using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Augmentation.Datasets;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy evaluate</c></summary>
sealed class EvaluateCommand(CliHost host)
{
    const string All = "all";

    sealed record Request(string Model, string? Data, string Split, bool Json);

    public static Command Create(CliHost host)
    {
        var model = new Argument<string>("MODEL") { Description = "The folder of a completed run." };
        var data = CommonOptions.Data();
        data.Description = "The folder with the pictures, if they are not where the run found them.";
        var split = new Option<string>("--split") { Description = "Which samples: train, validation, test or all.", HelpName = "SPLIT", DefaultValueFactory = _ => "test" };
        split.AcceptOnlyFromAmong("train", "validation", "test", All);
        var json = CommonOptions.Json();
        var command = new Command("evaluate", "Measure a trained model's loss and accuracy.") { model, data, split, json };
        command.SetAction(parsed => new EvaluateCommand(host).Run(new Request(
            parsed.GetRequiredValue(model), parsed.GetValue(data), parsed.GetRequiredValue(split), parsed.GetValue(json))));
        return HelpWithExamples.Add(command, "convoy evaluate runs/digits-20260102-150405", "convoy evaluate runs/mnist --data /data/mnist --split validation --json",
            "convoy evaluate runs/cats --data my-pictures --split all");
    }

    void Run(Request request)
    {
        var folder = host.Absolute(request.Model);
        var model = ModelChoice.Of(host, request.Model, weights: null);
        var samples = Samples(folder, request);
        using var interrupts = new InterruptHandler(host.Interrupts);
        using var classifier = host.Classifiers.Open(model);
        var metrics = classifier.Evaluate(samples, null, interrupts.Aborted);
        Print(request, metrics);
    }

    IImageSet Samples(string folder, Request request)
    {
        var (spec, card) = (ModelFolder.ReadSpec(folder), ModelFolder.ReadCard(folder));
        var data = request.Data is null ? spec.Data : spec.Data with { Path = host.Absolute(request.Data) };
        var opened = DatasetCache.Open(data, spec.Seed, new Shape(card.Model.Input));
        foreach (var line in opened.Skipped)
            host.Error.WriteLine($"left out: {line}");
        Check(opened, card, request.Model);
        var samples = request.Split == All
            ? new JoinedImages(opened.Train, opened.Validation, opened.Test)
            : opened[Enum.Parse<Split>(request.Split, ignoreCase: true)];
        return samples.Count > 0 ? samples : throw CliException.Usage($"the data has no {request.Split} samples; choose others by --split");
    }

    static void Check(Dataset data, ModelCard card, string model)
    {
        var input = new Shape(card.Model.Input);
        if (!data.Train.Shape.Equals(input))
            throw CliException.Failure($"the pictures are {data.Train.Shape}, but {model} takes {input}");
        if (!data.Classes.SequenceEqual(card.Classes))
            throw CliException.Failure($"the data has the classes {string.Join(", ", data.Classes)}, but {model} tells apart {string.Join(", ", card.Classes)}");
    }

    void Print(Request request, Metrics metrics)
    {
        if (request.Json)
            Json.Write(host.Out, new { metrics.Loss, metrics.Accuracy, metrics.Samples });
        else
            host.Out.WriteLine(FormattableString.Invariant($"{request.Split} accuracy {metrics.Accuracy:F4}  loss {metrics.Loss:F4}  ({metrics.Samples:N0} samples)"));
    }
}
