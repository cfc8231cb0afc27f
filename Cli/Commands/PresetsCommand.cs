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
        var width = Presets.Names.Max(name => name.Length) + 2;
        foreach (var name in Presets.Names)
            output.WriteLine($"{name.PadRight(width)}{Presets.Describe(name)}");
    }
}
