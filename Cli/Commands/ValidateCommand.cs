using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Shared.Models;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy validate</c></summary>
static class ValidateCommand
{
    public static Command Create(CliHost host)
    {
        var source = new Argument<string>("SPEC") { Description = "A YAML file, or a preset's name." };
        var command = new Command("validate", "Check a spec without training it.") { source };
        command.SetAction(parsed => Check(host, parsed.GetRequiredValue(source)));
        return HelpWithExamples.Add(command, "convoy validate my-spec.yaml");
    }

    static void Check(CliHost host, string source)
    {
        var spec = SpecFiles.Load(host, source);
        var plan = ModelPlanner.Plan(spec.Model);
        host.Out.WriteLine(FormattableString.Invariant(
            $"{source}: valid; {plan.Layers.Count} layers, {plan.Parameters:N0} parameters, {spec.Epochs} epochs of batches of {spec.BatchSize}"));
    }
}
