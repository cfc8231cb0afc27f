using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Specs;

/// <summary>A field of a spec.</summary>
/// <param name="Path">Where it stands: <c>model.layers[0].conv2d.filters</c>.</param>
/// <param name="Value">YAML on one line.</param>
public readonly record struct SpecField(string Path, string Value);

/// <summary>A spec as a list of fields, so that two can be held against each other.</summary>
public static class SpecFields
{
    /// <summary>Every field with a value of its own, in the order written; lists of plain values are one.</summary>
    /// <param name="yaml">One YAML document.</param>
    /// <exception cref="SpecException">It is no YAML.</exception>
    public static IReadOnlyList<SpecField> Of(string yaml) => [.. Of("", RecordReader.Tree(yaml, "spec.yaml", []))];

    private static IEnumerable<SpecField> Of(string path, YamlValue value) => value switch
    {
        YamlMap { Entries.Count: > 0 } map => map.Entries.SelectMany(entry => Of(FieldPath.Key(path, entry.Key), entry.Value)),
        YamlList list when list.Items.Any(item => item is YamlMap) => list.Items.SelectMany((item, index) => Of(FieldPath.Item(path, index), item)),
        _ => [new(path, FlowText.Write(value))],
    };
}
