using Convoy.Operator.Resources;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Operator.Runs;

/// <summary>The spec that a resource stands for, resolved and validated.</summary>
/// <exception cref="SpecException">It does not hold together, or names no preset and has no text, or both.</exception>
static class SpecOf
{
    const string File = "spec"; // what a text is called in errors

    public static string Training(WorkloadSpec spec) =>
        SpecWriter.Write(Read(spec, Presets.Names, name => SpecSource.Load(name, Changes(spec)), text => SpecReader.Read(text, File, Changes(spec))));

    public static string Sweep(WorkloadSpec spec) =>
        SweepWriter.Write(Read(spec, SweepPresets.Names, name => SpecSource.LoadSweep(name, Changes(spec)), text => SweepReader.Read(text, File, Changes(spec))));

    static IReadOnlyList<string> Changes(WorkloadSpec spec) => [.. spec.Overrides ?? []];

    // A name that is no preset would be taken for a path of this machine.
    static TSpec Read<TSpec>(WorkloadSpec spec, IReadOnlyList<string> presets, Func<string, TSpec> ofPreset, Func<string, TSpec> ofText) => spec switch
    {
        { Preset: null, Spec: { } text } => ofText(text),
        { Preset: { } name, Spec: null } when presets.Contains(name) => ofPreset(name),
        { Preset: { } name, Spec: null } => throw new SpecException($"preset: there is no '{name}'{Nearest.Hint(name, presets)}"),
        _ => throw new SpecException("expected exactly one of preset and spec"),
    };
}
