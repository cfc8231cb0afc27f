namespace Convoy.Shared.Specs.Reading;

/// <summary>A record that keeps what was written of it and this version does not know.</summary>
internal interface IKeepsUnknown
{
    UnknownFields Unknown { get; set; }
}

/// <summary>Fields that another version wrote and this one does not know, so that writing the record loses none of them.</summary>
/// <param name="fields">Each with the path of the record that it stands in, empty for the outermost.</param>
internal sealed class UnknownFields(IReadOnlyList<(string Place, YamlEntry Entry)> fields) : IEquatable<UnknownFields>
{
    public static readonly UnknownFields None = new([]);

    private readonly string _text = string.Join('\n', fields.Select(field => $"{FieldPath.Key(field.Place, field.Entry.Key)}: {FlowText.Write(field.Entry.Value)}"));

    /// <summary>Whether there are any.</summary>
    public bool Any => fields.Count > 0;

    /// <summary>The record's text with them, each behind the fields beside which it stood.</summary>
    public string In(string text) => RecordWriter.Write(new SpecValue(fields.Aggregate(RecordReader.Tree(text, "spec", []), (tree, field) => Put(tree, FieldPath.Parse(field.Place) ?? [], 0, field.Entry))));

    // A record that is no longer there has lost them.
    private static YamlValue Put(YamlValue node, IReadOnlyList<PathStep> steps, int at, YamlEntry added) => node switch
    {
        YamlMap map when at == steps.Count => map.With(added),
        YamlMap map when steps[at].Key is not null && FieldPath.KeyOf(map, steps, at) is var (key, next) && map.Find(key) is { } entry => map.With(entry with { Value = Put(entry.Value, steps, next, added) }),
        YamlList list when at < steps.Count && steps[at].Key is null => list with { Items = [.. list.Items.Select((item, index) => index == steps[at].Index ? Put(item, steps, at + 1, added) : item)] },
        // A layer without parameters is a name.
        YamlScalar name when at == steps.Count - 1 && steps[at].Key == name.Text => new YamlMap(name.Origin, [new YamlEntry(name.Text, name.Origin, new YamlMap(name.Origin, [added]))]),
        _ => node,
    };

    public bool Equals(UnknownFields? other) => other is not null && _text == other._text;
    public override bool Equals(object? obj) => Equals(obj as UnknownFields);
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);
}
