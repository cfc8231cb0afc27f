using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy presets</c></summary>
static class PresetsCommand
{
    public static Command Create(CliHost host)
    {
        var command = new Command("presets", "List the specs that come with the program.");
        command.SetAction(_ => Print(host.Out));
        return command;
    }

    static void Print(TextWriter output)
    {
        var presets = Presets.Names.Select(name => (name, Presets.Describe(name))).Concat(SweepPresets.Names.Select(name => (name, $"Sweep: {SweepPresets.Describe(name)}"))).ToList();
        var width = presets.Max(preset => preset.name.Length) + 2;
        foreach (var (name, description) in presets)
            output.WriteLine($"{name.PadRight(width)}{description}");
    }
}
