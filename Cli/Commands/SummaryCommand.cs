using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy summary</c></summary>
static class SummaryCommand
{
    public static Command Create(CliHost host)
    {
        var source = new Argument<string>("PRESET|SPEC|MODEL|BACKBONE") { Description = $"A preset's name, a YAML file, the folder of a completed run, or a backbone: {string.Join(", ", Backbone.Names)}." };
        var input = new Option<Size2?>("--input") { Description = "Backbones: height and width of the input (default: as trained).", HelpName = "HxW", CustomParser = Size };
        var noTop = new Option<bool>("--no-top") { Description = "Backbones: without ImageNet's classifier." };
        var set = CommonOptions.Set();
        var json = CommonOptions.Json();
        var command = new Command("summary", "Show a model's layers, output shapes and parameters.") { source, input, noTop, set, json };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(source);
            var shown = Backbone.Find(name) is { } backbone
                ? new Shown(name, ModelPlanner.Plan(backbone.Model(!parsed.GetValue(noTop), parsed.GetValue(input))), WithInput: true)
                : parsed.GetValue(noTop) || parsed.GetValue(input) is not null
                    ? throw CliException.Usage($"--input and --no-top are for backbones ({string.Join(", ", Backbone.Names)}), and {name} is none")
                    : Find(host, name, parsed.GetValue(set) ?? []);
            Print(host, shown, parsed.GetValue(json));
        });
        return HelpWithExamples.Add(command, "convoy summary mnist-convnet", "convoy summary runs/digits-20260102-150405 --json", "convoy summary vgg16 --input 150x150 --no-top",
            "convoy summary cats-dogs-finetune --set model.input=[150,150,3]");
    }

    static Size2? Size(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var sides = text.Split('x').Select(side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1 << 16 ? number : 0).ToList();
        if (sides.Count <= 2 && !sides.Contains(0)) return new Size2(sides[0], sides[^1]);
        result.AddError($"--input: expected height x width, such as 150x150, not '{text}'");
        return null;
    }

    static void Print(CliHost host, Shown shown, bool json)
    {
        if (json)
            Json.Write(host.Out, Document(shown.Name, shown.Plan));
        else
            host.Out.Write(ModelSummary.Render(shown.Name, shown.Plan, shown.WithInput));
    }

    static Shown Find(CliHost host, string source, string[] set)
    {
        var folder = host.Absolute(source);
        if (ModelFolder.Is(folder))
        {
            var card = ModelFolder.ReadCard(folder);
            return Shown.Of(card.Name, card.Model);
        }
        var spec = SpecFiles.Load(host, source, set);
        return Shown.Of(spec.Name, spec.Model);
    }

    static object Document(string name, ModelPlan plan) => new
    {
        Name = name,
        Input = plan.Input.Dims,
        Layers = plan.Layers.Select(layer => new
        {
            layer.Name,
            Type = layer.Layer.KerasName(),
            Inputs = layer.Sources.Select(source => source == LayerPlan.ModelInput ? LayerPlan.ModelInputName : plan.Layers[source].Name),
            OutputShape = layer.Output.Dims,
            layer.Parameters,
        }),
        plan.Parameters,
        plan.TrainableParameters,
        NonTrainableParameters = plan.Parameters - plan.TrainableParameters,
    };

    sealed record Shown(string Name, ModelPlan Plan, bool WithInput)
    {
        public static Shown Of(string name, ModelSpec model) => new(name, ModelPlanner.Plan(model), model.Base is not null);
    }
}
