using Convoy.Cli.CommandLine;
using Convoy.Shared.Specs;

namespace Convoy.Cli.Commands;

/// <summary>Specs by what the user wrote: a preset's name, or a path from where the command was started.</summary>
static class SpecFiles
{
    public static TrainingSpec Load(CliHost host, string source, IReadOnlyList<string>? overrides = null)
    {
        var path = host.Absolute(source);
        return SpecSource.Load(!Presets.Names.Contains(source) && File.Exists(path) ? path : source, overrides);
    }
}
