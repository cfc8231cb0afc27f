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

    // Manifests have overrides where the command line has --set.
    static TSpec InWordsOfManifests<TSpec>(Func<TSpec> read)
    {
        try
        {
            return read();
        }
        catch (SpecException error)
        {
            const string option = "--set ";
            throw new SpecException([.. error.Problems.Select(problem => problem.StartsWith(option, StringComparison.Ordinal) ? $"overrides: {problem[option.Length..]}" : problem)]);
        }
    }

    // A name that is no preset would be taken for a path of this machine.
    static TSpec Read<TSpec>(WorkloadSpec spec, IReadOnlyList<string> presets, Func<string, TSpec> ofPreset, Func<string, TSpec> ofText) => spec switch
    {
        { Id: { } id } when !RunNaming.IsId(id) => throw new SpecException($"id '{Quote.Short(id)}': expected {RunNaming.Expected}"),
        { Preset: null, Spec: { } text } => InWordsOfManifests(() => ofText(text)),
        { Preset: { } name, Spec: null } when presets.Contains(name) => InWordsOfManifests(() => ofPreset(name)),
        { Preset: { } name, Spec: null } => throw new SpecException($"preset: there is no '{name}'{Nearest.Hint(name, presets)}"),
        _ => throw new SpecException("expected exactly one of preset and spec"),
    };
}
