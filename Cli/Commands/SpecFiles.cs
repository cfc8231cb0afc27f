using Convoy.Cli.CommandLine;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Cli.Commands;

/// <summary>Specs by what the user wrote: a preset's name, or a path from where the command was started.</summary>
static class SpecFiles
{
    public static TrainingSpec Load(CliHost host, string source, IReadOnlyList<string>? overrides = null) => SweepPresets.Names.Contains(source)
        ? throw CliException.Usage($"{source} is a sweep: 'convoy sweep {source}' runs it")
        : SpecSource.Load(Find(host, source, Presets.Names), overrides);

    public static SweepSpec LoadSweep(CliHost host, string source, IReadOnlyList<string>? overrides = null) => Presets.Names.Contains(source)
        ? throw CliException.Usage($"{source} is a training, not a sweep: 'convoy train {source}' runs it; sweeps that come with the program: {string.Join(", ", SweepPresets.Names)}")
        : SpecSource.LoadSweep(Find(host, source, SweepPresets.Names), overrides);

    public static bool IsSweep(CliHost host, string source) => SpecSource.IsSweep(Find(host, source, [.. Presets.Names, .. SweepPresets.Names]));

    static string Find(CliHost host, string source, IReadOnlyList<string> presets) => !presets.Contains(source) && host.Absolute(source) is var path && File.Exists(path) ? path : source;
}
