using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy evaluate</c></summary>
sealed class EvaluateCommand(CliHost host)
{
    sealed record Request(string Model, string? Data, string Split, bool Json);

    public static Command Create(CliHost host)
    {
        var model = new Argument<string>("MODEL") { Description = "The folder of a completed run." };
        var data = CommonOptions.Data();
        data.Description = "The folder with the pictures, if they are not where the run found them.";
        var split = ModelData.Split();
        split.DefaultValueFactory = _ => "test";
        var json = CommonOptions.Json();
        var command = new Command("evaluate", "Measure a trained model's loss and accuracy.") { model, data, split, json };
        command.SetAction(parsed => new EvaluateCommand(host).Run(new Request(
            parsed.GetRequiredValue(model), parsed.GetValue(data), parsed.GetRequiredValue(split)!, parsed.GetValue(json))));
        return HelpWithExamples.Add(command, "convoy evaluate runs/digits-20260102-150405", "convoy evaluate runs/mnist --data /data/mnist --split validation --json",
            "convoy evaluate runs/cats --data my-pictures --split all");
    }

    void Run(Request request)
    {
        var model = ModelChoice.Of(host, request.Model, weights: null);
        var samples = ModelData.Open(host, request.Model, request.Data)[request.Split];
        using var interrupts = new InterruptHandler(host.Interrupts);
        using var classifier = host.Classifiers.Open(model);
        var metrics = classifier.Evaluate(samples, null, interrupts.Aborted);
        Print(request, metrics);
    }

    void Print(Request request, Metrics metrics)
    {
        if (request.Json)
            Json.Write(host.Out, new { metrics.Loss, metrics.Accuracy, metrics.Samples });
        else
            host.Out.WriteLine(FormattableString.Invariant($"{request.Split} accuracy {metrics.Accuracy:F4}  loss {metrics.Loss:F4}  ({metrics.Samples:N0} samples)"));
    }
}
