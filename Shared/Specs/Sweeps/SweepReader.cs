using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Specs.Sweeps;

/// <summary>Reads and validates sweep specs.</summary>
public static class SweepReader
{
    private const string Base = "base", Set = "set", Space = "space", World = "world";

    private static readonly IReadOnlyList<string> SweepFields = Fields(typeof(SweepSpec)), TrainingFields = Fields(typeof(TrainingSpec));

    /// <summary>Reads a sweep whose base is written out or a preset's name.</summary>
    /// <param name="yaml">One YAML document.</param>
    /// <param name="fileName">Names the text in errors; its stem names a sweep that has no name.</param>
    /// <param name="overrides"><c>budget.trials=4</c> each, as given to <c>--set</c>; what is no field of a sweep is a field of its base.</param>
    /// <exception cref="SpecException">The sweep cannot be read or does not hold together.</exception>
    public static SweepSpec Read(string yaml, string fileName, IReadOnlyList<string>? overrides = null) => Read(yaml, fileName, overrides ?? [], Preset);

    /// <summary>Reads a sweep that was accepted before, perhaps by another version of this program: what is not known here is kept.</summary>
    /// <param name="yaml">One YAML document, as <see cref="SweepWriter"/> writes it.</param>
    /// <param name="fileName">Names the text in errors.</param>
    /// <param name="overrides">Changes to it, as people write them.</param>
    /// <exception cref="SpecException">The sweep cannot be read, or a change does not fit.</exception>
    public static SweepSpec ReadAccepted(string yaml, string fileName, IReadOnlyList<string>? overrides = null) =>
        Read(yaml, fileName, overrides ?? [], Preset, origin => origin.Line is not null);

    /// <summary>Whether a text is a sweep, not a training spec: whether it has a space.</summary>
    /// <exception cref="SpecException">It is no YAML.</exception>
    public static bool IsSweep(string yaml, string fileName) => RecordReader.Tree(yaml, fileName, []) is YamlMap map && map.Find(Space) is not null;

    /// <param name="yaml">One YAML document.</param>
    /// <param name="fileName">Names the text in errors.</param>
    /// <param name="overrides">As above.</param>
    /// <param name="findBase">The spec of a base that is given by name.</param>
    /// <param name="accepted">Places whose text was accepted before; null for none.</param>
    internal static SweepSpec Read(string yaml, string fileName, IReadOnlyList<string> overrides, Func<string, YamlValue> findBase, Func<Origin, bool>? accepted = null)
    {
        var tree = overrides.Select(YamlOverride.Parse).Aggregate(RecordReader.Tree(yaml, fileName, []), Apply);
        tree = WithBase(tree, findBase);
        var sweep = RecordReader.Read<SweepSpec>(tree, accepted);
        if (tree is YamlMap map && map.Find("name") is null)
            sweep = sweep with { Name = Path.GetFileNameWithoutExtension(fileName) };
        sweep = OneReplicaEach(sweep);
        var problems = SweepValidation.Problems(sweep, accepted);
        return problems.Count == 0 ? sweep : throw RecordReader.Located(tree, problems);
    }

    private static YamlValue Apply(YamlValue tree, YamlOverride change)
    {
        if (SweepFields.Contains(change.Field) || tree is not YamlMap map)
            return change.Apply(tree);
        if (!TrainingFields.Contains(change.Field))
            throw change.Error($"no field of a sweep or of its base begins with '{Quote.Short(change.Field)}'{Nearest.Hint(change.Field, SweepFields.Concat(TrainingFields))}");
        var set = map.Find(Set) is { Value: YamlMap known } ? known : new YamlMap(map.Origin, []);
        return map.With(new YamlEntry(Set, set.Origin, set.With(change.Entry)));
    }

    // Who reads a text has no files beside it.
    private static YamlValue Preset(string name) => Presets.TryGet(name, out var yaml)
        ? RecordReader.Tree(yaml, $"{name}.yaml", [])
        : throw new SpecException($"there is no preset '{Quote.Short(name)}', and a file is found by 'convoy sweep' only: write it out under base{Nearest.Hint(name, Presets.Names)}");

    private static YamlValue WithBase(YamlValue tree, Func<string, YamlValue> findBase)
    {
        if (tree is not YamlMap map || map.Find(Base) is not { Value: { IsNull: false } given } entry || given is YamlMap)
            return tree;
        if (given is not YamlScalar name)
            throw new SpecException(given.Origin.Problem(Base, $"expected a training spec written out under it, a preset's name or a YAML file, found {given.Describe()}"));
        try
        {
            return map.With(entry with { Value = findBase(name.Text) });
        }
        catch (SpecException exception)
        {
            throw new SpecException([.. exception.Problems.Select(problem => given.Origin.Problem(Base, problem))]);
        }
    }

    // Trials side by side use a machine better than replicas of one trial.
    private static SweepSpec OneReplicaEach(SweepSpec sweep) =>
        sweep.Base.Tree is YamlMap map && map.Find(World) is not null || sweep.Set.Keys.Concat(sweep.Space.Select(pair => pair.Value.Path ?? pair.Key)).Any(path => path.StartsWith(World, StringComparison.Ordinal))
            ? sweep
            : sweep with { Set = new Dictionary<string, SpecValue>(sweep.Set) { [$"{World}.max"] = SpecValue.Parse("1") } };

    private static IReadOnlyList<string> Fields(Type type) => [.. RecordShape.Of(type).Fields.Select(field => field.Key)];
}
