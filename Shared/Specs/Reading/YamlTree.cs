using System.Globalization;

namespace Convoy.Shared.Specs.Reading;

/// <summary>Where a value was written: a line of a file, or a <c>--set</c>.</summary>
/// <param name="Source">The file's name, or the whole <c>--set key=value</c>.</param>
/// <param name="Line">Line from 1; null for a <c>--set</c>.</param>
/// <param name="NamesField">Whether the source already says which field it is, so that an error need not.</param>
internal readonly record struct Origin(string Source, long? Line, bool NamesField = false)
{
    /// <summary>An error's text: place, field, what is wrong.</summary>
    public string Problem(string path, string message) => NamesField || path.Length == 0 ? $"{this}: {message}" : $"{this}: {path}: {message}";

    public override string ToString() => Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{Source}:{line}") : Source;
}

/// <summary>A YAML value with its origin.</summary>
internal abstract record YamlValue(Origin Origin)
{
    /// <summary>The value in an error: <c>found 'banana'</c>'s second half.</summary>
    public abstract string Describe();

    /// <summary>Whether nothing was written, or a null.</summary>
    public virtual bool IsNull => false;
}

/// <summary>Text; <paramref name="Quoted"/> text is never a number, a truth value or null.</summary>
internal sealed record YamlScalar(Origin Origin, string Text, bool Quoted) : YamlValue(Origin)
{
    public override bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";
    public override string Describe() => IsNull ? "nothing" : Quoted ? $"the quoted text '{Quote.Short(Text)}'" : $"'{Quote.Short(Text)}'";
}

/// <summary>A sequence.</summary>
internal sealed record YamlList(Origin Origin, IReadOnlyList<YamlValue> Items) : YamlValue(Origin)
{
    public override string Describe() => Items.Count == 1 ? "a list of 1 item" : $"a list of {Items.Count} items";
}

/// <summary>A mapping, in the order written, keys unique.</summary>
internal sealed record YamlMap(Origin Origin, IReadOnlyList<YamlEntry> Entries) : YamlValue(Origin)
{
    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

    /// <summary>The map with one entry replaced where it stands, or added at the end.</summary>
    public YamlMap With(YamlEntry added) => this with
    {
        Entries = Find(added.Key) is null
            ? [.. Entries, added]
            : [.. Entries.Select(entry => entry.Key == added.Key ? added : entry)],
    };

    public override string Describe() => $"{(Entries.Count == 1 ? "1 key" : $"{Entries.Count} keys")} ({Quote.List(Entries.Select(entry => entry.Key))})";
}

/// <summary>A key of a mapping and its value.</summary>
internal sealed record YamlEntry(string Key, Origin Origin, YamlValue Value);
