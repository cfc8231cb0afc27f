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

    /// <summary>The document with the overrides applied.</summary>
    internal static YamlValue Tree(string yaml, string fileName, IReadOnlyList<string> overrides)
    {
        var root = YamlTreeReader.Read(yaml, line => new Origin(fileName, line));
        if (root is null or { IsNull: true })
            throw new SpecException($"{fileName}: empty; nothing to read");
        return overrides.Aggregate(root, (tree, assignment) => YamlOverride.Parse(assignment).Apply(tree));
    }

    internal static T Read<T>(YamlValue root) where T : class
    {
        var binder = new RecordBinder();
        var record = binder.Record(root, typeof(T), "");
        return binder.Problems.Count == 0 ? (T)record! : throw new SpecException(binder.Problems);
    }

    /// <summary>Where the field stands, or the nearest thing around it.</summary>
    internal static Origin Locate(YamlValue root, string path)
    {
        var (node, origin) = (root, root.Origin);
        foreach (var step in FieldPath.Parse(path) ?? [])
        {
            if (step.Key is { } key && (node as YamlMap)?.Find(key) is { } entry)
                (node, origin) = (entry.Value, entry.Origin);
            else if (step.Key is null && node is YamlList list && step.Index < list.Items.Count)
                (node, origin) = (list.Items[step.Index], list.Items[step.Index].Origin);
            else
                break;
        }
        return origin with { NamesField = false };
    }
}
