namespace Convoy.Shared.Specs.Reading;

/// <summary>Reads a record from YAML: keys are its properties in snake_case, and its types, bounds and required members are the grammar.</summary>
public static class RecordReader
{
    /// <summary>Reads a record.</summary>
    /// <param name="yaml">One YAML document.</param>
    /// <param name="fileName">Names the text in errors.</param>
    /// <param name="overrides"><c>path=value</c> each, applied in order before anything is checked.</param>
    /// <exception cref="SpecException">Something does not fit: every problem found, with its file, line and field.</exception>
    public static T Read<T>(string yaml, string fileName, IReadOnlyList<string>? overrides = null) where T : class =>
        Read<T>(Tree(yaml, fileName, overrides ?? []));

    /// <summary>Reads a record that was accepted before, perhaps by another version: what this one does not know is kept, not refused.</summary>
    /// <param name="yaml">One YAML document.</param>
    /// <param name="fileName">Names the text in errors.</param>
    /// <exception cref="SpecException">It is none.</exception>
    public static T ReadAccepted<T>(string yaml, string fileName) where T : class => Read<T>(Tree(yaml, fileName, []), Everywhere);

    /// <summary>A text that was accepted before, every place of it.</summary>
    internal static readonly Func<Origin, bool> Everywhere = _ => true;

    /// <summary>The document with the overrides applied.</summary>
    internal static YamlValue Tree(string yaml, string fileName, IReadOnlyList<string> overrides)
    {
        var root = YamlTreeReader.Read(yaml, line => new Origin(fileName, line));
        if (root is null or { IsNull: true })
            throw new SpecException($"{fileName}: empty; nothing to read");
        return overrides.Aggregate(root, (tree, assignment) => YamlOverride.Parse(assignment).Apply(tree));
    }

    internal static T Read<T>(YamlValue root, Func<Origin, bool>? accepted = null) where T : class
    {
        var binder = new RecordBinder(accepted);
        var record = binder.Record(root, typeof(T), "");
        if (binder.Problems.Count > 0)
            throw new SpecException(binder.Problems);
        if (record is IKeepsUnknown keeper)
            keeper.Unknown = binder.Unknown;
        return (T)record!;
    }

    /// <summary>The problems, each with its field's place.</summary>
    internal static SpecException Located(YamlValue root, IReadOnlyList<SpecProblem> problems) =>
        new([.. problems.Select(problem => Locate(root, problem.Path).Problem(problem.Path, problem.Message))]);

    /// <summary>Where the field stands, or the nearest thing around it.</summary>
    private static Origin Locate(YamlValue root, string path)
    {
        var (node, origin) = (root, root.Origin);
        var steps = FieldPath.Parse(path) ?? [];
        for (var at = 0; at < steps.Count;)
        {
            if (steps[at].Key is not null && node is YamlMap map && FieldPath.KeyOf(map, steps, at) is var (key, next) && map.Find(key) is { } entry)
                (node, origin, at) = (entry.Value, entry.Origin, next);
            else if (steps[at].Key is null && node is YamlList list && steps[at].Index < list.Items.Count)
                (node, origin, at) = (list.Items[steps[at].Index], list.Items[steps[at].Index].Origin, at + 1);
            else
                break;
        }
        return origin with { NamesField = false };
    }
}
