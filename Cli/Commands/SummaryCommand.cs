using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Shared.Models;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy summary</c></summary>
static class SummaryCommand
{
    public static Command Create(CliHost host)
    {
        var source = new Argument<string>("PRESET|SPEC|MODEL") { Description = "A preset's name, a YAML file, or the folder of a completed run." };
        var json = CommonOptions.Json();
        var command = new Command("summary", "Show a model's layers, output shapes and parameters.") { source, json };
        command.SetAction(parsed => Print(host, parsed.GetRequiredValue(source), parsed.GetValue(json)));
        return HelpWithExamples.Add(command, "convoy summary mnist-convnet", "convoy summary runs/digits-20260102-150405 --json");
    }

    static void Print(CliHost host, string source, bool json)
    {
        var (name, model) = Find(host, source);
        var plan = ModelPlanner.Plan(model);
        if (json)
            Json.Write(host.Out, Document(name, plan));
        else
            host.Out.Write(ModelSummary.Render(name, plan));
    }

    static (string Name, Shared.Specs.ModelSpec Model) Find(CliHost host, string source)
    {
        var folder = host.Absolute(source);
        if (ModelFolder.Is(folder))
        {
            var card = ModelFolder.ReadCard(folder);
            return (card.Name, card.Model);
        }
        var spec = SpecFiles.Load(host, source);
        return (spec.Name, spec.Model);
    }

    static object Document(string name, ModelPlan plan) => new
    {
        Name = name,
        Input = plan.Input.Dims,
        Layers = plan.Layers.Select(layer => new
        {
            layer.Name,
            Type = layer.Layer.KerasName(),
            OutputShape = layer.Output.Dims,
            layer.Parameters,
        }),
        plan.Parameters,
        plan.TrainableParameters,
        NonTrainableParameters = plan.Parameters - plan.TrainableParameters,
    };
}
