using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Sweeps;
using Convoy.Shared.Models;
using Convoy.Shared.Sweeps;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy validate</c></summary>
static class ValidateCommand
{
    public static Command Create(CliHost host)
    {
        var source = new Argument<string>("SPEC") { Description = "A YAML file, or a preset's name." };
        var command = new Command("validate", "Check a training or sweep spec without training it.") { source };
        command.SetAction(parsed => Check(host, parsed.GetRequiredValue(source)));
        return HelpWithExamples.Add(command, "convoy validate my-spec.yaml");
    }

    static void Check(CliHost host, string source)
    {
        if (SpecFiles.IsSweep(host, source))
        {
            var sweep = SpecFiles.LoadSweep(host, source);
            var size = new TrialSpecs(sweep).Base();
            host.Out.WriteLine(FormattableString.Invariant($"{source}: valid; a sweep by {SweepText.Word(sweep.Strategy.Kind)} over {string.Join(", ", sweep.Space.Keys)}; a whole trial has {size.Epochs} epochs"));
            return;
        }
        var spec = SpecFiles.Load(host, source);
        var plan = ModelPlanner.Plan(spec.Model);
        host.Out.WriteLine(FormattableString.Invariant(
            $"{source}: valid; {plan.Layers.Count} layers, {plan.Parameters:N0} parameters, {spec.Epochs} epochs of batches of {spec.BatchSize}"));
    }
}
