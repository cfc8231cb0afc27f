namespace Convoy.Shared.Specs.Reading;

/// <summary>
/// An item of a list that says its kind: <c>- flatten</c>, <c>- dense: {units: 10}</c>, and where a parameter has the
/// kind's own name, <c>- activation: relu</c>.
/// </summary>
internal sealed record TaggedItem(string Tag, Origin Origin, YamlMap Parameters)
{
    /// <summary>The item; null where it is not one name or one key.</summary>
    public static TaggedItem? Of(YamlValue item) => item switch
    {
        YamlScalar { IsNull: false } name => new(name.Text, name.Origin, new YamlMap(name.Origin, [])),
        YamlMap { Entries: [var entry] } => new(entry.Key, entry.Origin, Fields(entry)),
        _ => null,
    };

    /// <summary>The item, written out, with other parameters.</summary>
    public YamlMap With(YamlMap parameters) => new(Origin, [new YamlEntry(Tag, Origin, parameters)]);

    private static YamlMap Fields(YamlEntry entry) => entry.Value switch
    {
        YamlMap map => map,
        { IsNull: true } => new YamlMap(entry.Origin, []),
        var value => new YamlMap(entry.Origin, [new YamlEntry(entry.Key, entry.Origin, value)]),
    };
}
