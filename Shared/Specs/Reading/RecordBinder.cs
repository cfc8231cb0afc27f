using System.Collections;
using System.ComponentModel.DataAnnotations;
using Convoy.Shared.Models;

namespace Convoy.Shared.Specs.Reading;

/// <summary>Binds a tree to a record and its nested ones, and collects every problem on the way.</summary>
/// <param name="accepted">Whether what stands at a place was accepted before, perhaps by another version: what is unknown there is no problem; null for no place.</param>
internal sealed class RecordBinder(Func<Origin, bool>? accepted = null)
{
    private readonly List<string> _problems = [];
    private readonly List<(string Place, YamlEntry Entry)> _unknown = [];

    /// <summary>What is unknown and no problem.</summary>
    public UnknownFields Unknown => _unknown.Count == 0 ? UnknownFields.None : new(_unknown);

    /// <summary>What was wrong, one line each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The record; null where a problem was noted.</summary>
    public object? Record(YamlValue node, Type type, string path)
    {
        if (node is not YamlMap map)
            return Wrong(node, path, $"keys ({Quote.List(RecordShape.Of(type).Fields.Select(field => field.Key))})");
        var shape = RecordShape.Of(type);
        var record = Activator.CreateInstance(type)!;
        var noted = _problems.Count;
        var meant = UnknownKeys(map, shape, path);
        foreach (var field in shape.Fields)
        {
            var place = FieldPath.Key(path, field.Key);
            if (map.Find(field.Key) is { } entry)
                Set(record, field, entry.Value, place);
            else if (field.Required && !meant.Contains(field.Key))
                Note(map.Origin with { NamesField = false }, place, $"missing; expected {Expected(field)}");
        }
        if (_problems.Count > noted)
            return null;
        ForeignKeys(map, shape, record, path);
        return record;
    }

    private void Set(object record, RecordField field, YamlValue node, string path)
    {
        if (field.Nullable && node.IsNull)
            field.Property.SetValue(record, null);
        else if (Value(node, field.Type, field.Range, path) is { } value)
            field.Property.SetValue(record, value);
    }

    private object? Value(YamlValue node, Type type, RangeAttribute? range, string path)
    {
        if (NumbersFormat.Handles(type))
            return NumbersFormat.Read(node, type, range) ?? Wrong(node, path, NumbersFormat.Expected(type, range));
        if (type == typeof(Trainable))
            return TrainableFormat.Read(node) ?? Wrong(node, path, TrainableFormat.Expected);
        if (ScalarFormat.Handles(type))
            return Scalar(node, type, range, path);
        if (type == typeof(SpecValue))
            return new SpecValue(node);
        if (RecordShape.ItemOf(type) is { } item)
            return List(node, item, range, path);
        if (RecordShape.NamedOf(type) is { } named)
            return Map(node, named, range, path);
        return type.IsAbstract ? Tagged(node, type, path) : Record(node, type, path);
    }

    private object? Scalar(YamlValue node, Type type, RangeAttribute? range, string path)
    {
        if (node is YamlScalar { IsNull: false } scalar && ScalarFormat.Read(scalar, type, range) is { } value)
            return value is string text && HasControl(text, node.Origin, path) ? null : value;
        var near = type.IsEnum && node is YamlScalar name ? Nearest.Hint(name.Text, ScalarFormat.Names(type)) : "";
        return Wrong(node, path, ScalarFormat.Expected(type, range), near);
    }

    private object? List(YamlValue node, Type itemType, RangeAttribute? range, string path)
    {
        if (node is not YamlList list)
            return Wrong(node, path, "a list");
        var items = Array.CreateInstance(itemType, list.Items.Count);
        var noted = _problems.Count;
        for (var i = 0; i < items.Length; i++)
        {
            if (Value(list.Items[i], itemType, range, FieldPath.Item(path, i)) is { } item)
                items.SetValue(item, i);
        }
        return _problems.Count > noted ? null : items;
    }

    private object? Map(YamlValue node, Type valueType, RangeAttribute? range, string path)
    {
        if (node is not YamlMap map)
            return Wrong(node, path, "names with their values");
        var values = (IDictionary)Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(typeof(string), valueType))!;
        var noted = _problems.Count;
        foreach (var entry in map.Entries)
        {
            if (!HasControl(entry.Key, entry.Origin, FieldPath.Key(path, Quote.Short(entry.Key))) && Value(entry.Value, valueType, range, FieldPath.Key(path, entry.Key)) is { } value)
                values[entry.Key] = value;
        }
        return _problems.Count > noted ? null : values;
    }

    private object? Tagged(YamlValue node, Type root, string path)
    {
        var tags = RecordShape.Tags(root);
        if (TaggedItem.Of(node) is not { } item)
            return Wrong(node, path, $"one {SnakeCase.Of(root.Name)} with its parameters indented under it or in braces");
        var place = FieldPath.Key(path, item.Tag);
        if (!tags.TryGetValue(item.Tag, out var type))
            return Note(item.Origin, place, $"unknown {SnakeCase.Of(root.Name)}{Nearest.Hint(item.Tag, tags.Keys)} (known: {string.Join(", ", tags.Keys)})");
        return node is YamlMap { Entries: [{ Value: var value }] } && value is not YamlMap && !value.IsNull && RecordShape.Of(type).Fields.All(field => field.Key != item.Tag)
            ? Record(value, type, place)
            : Record(item.Parameters, type, place);
    }

    /// <summary>Notes the unknown keys; gives the known ones they probably meant, whose absence is then no second problem.</summary>
    private HashSet<string> UnknownKeys(YamlMap map, RecordShape shape, string path)
    {
        var known = shape.Fields.Select(field => field.Key).ToList();
        var meant = new HashSet<string>();
        foreach (var entry in map.Entries.Where(entry => !known.Contains(entry.Key) && !Keep(entry, path)))
        {
            Note(entry.Origin, FieldPath.Key(path, entry.Key), $"unknown key{Nearest.Hint(entry.Key, known)} (known: {string.Join(", ", known)})");
            if (Nearest.To(entry.Key, known) is { } near)
                meant.Add(near);
        }
        return meant;
    }

    private void ForeignKeys(YamlMap map, RecordShape shape, object record, string path)
    {
        foreach (var field in shape.Fields.Where(field => !shape.Applies(field, record)))
        {
            if (map.Find(field.Key) is { } entry && !Keep(entry, path))
                Note(entry.Origin, FieldPath.Key(path, field.Key), $"{ScalarFormat.Write(shape.Kind!.Property.GetValue(record)!)} has no {field.Key}; only {string.Join(", ", field.Kinds!.Select(ScalarFormat.Write))} {(field.Kinds!.Count == 1 ? "has" : "have")} it");
        }
    }

    private bool HasControl(string text, Origin origin, string path)
    {
        if (accepted?.Invoke(origin) == true || !text.Any(char.IsControl))
            return false;
        Note(origin, path, $"has a control character (U+{(int)text.First(char.IsControl):X4}), which no name and no path may have");
        return true;
    }

    private bool Keep(YamlEntry entry, string path)
    {
        if (accepted?.Invoke(entry.Origin) != true)
            return false;
        _unknown.Add((path, entry));
        return true;
    }

    private static string Expected(RecordField field) =>
        ScalarFormat.Handles(field.Type) ? ScalarFormat.Expected(field.Type, field.Range)
        : NumbersFormat.Handles(field.Type) ? NumbersFormat.Expected(field.Type, field.Range)
        : field.Type == typeof(SpecValue) ? "a value"
        : RecordShape.ItemOf(field.Type) is not null ? "a list"
        : RecordShape.NamedOf(field.Type) is not null ? "names with their values"
        : $"keys ({string.Join(", ", RecordShape.Of(field.Type).Fields.Select(inner => inner.Key))})";

    private object? Wrong(YamlValue node, string path, string expected, string hint = "") =>
        Note(node.Origin, path, $"expected {expected}, found {node.Describe()}{hint}");

    /// <summary>Notes a problem.</summary>
    public object? Note(Origin origin, string path, string message)
    {
        _problems.Add(origin.Problem(path, message));
        return null;
    }
}
