using System.Collections.Frozen;
using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Specs;

/// <summary>The words of specs: fields (<c>world.max</c>), kinds of layers and the like (<c>layer.dense</c>), values that are names (<c>loss.binary_crossentropy</c>),
/// backbones. Versions of this program differ in the words they know. Those of the first version everybody knows; a later one that a spec uses is
/// to be known by whoever trains it.</summary>
public static class Vocabulary
{
    private static readonly FrozenSet<string> First = Resource().ToFrozenSet(StringComparer.Ordinal);

    /// <summary>All words that this version knows.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Roots().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Those that the first version did not know.</summary>
    public static IReadOnlyList<string> Later { get; } = [.. All.Where(word => !First.Contains(word))];

    /// <summary>The later words that a spec uses: fields off their defaults, kinds, values.</summary>
    public static IReadOnlyList<string> UsedBy(TrainingSpec spec) => UsedByRecord(spec);

    internal static IReadOnlyList<string> UsedByRecord(object spec) => [.. Words(spec).Where(word => !First.Contains(word)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The words of the first version that this one has not.</summary>
    internal static IEnumerable<string> Lost => First.Except(All);

    internal static bool IsLater(Type record, RecordField field) => !First.Contains(Word(record, field));

    private static string Word(Type record, RecordField field) => $"{Name(record)}.{field.Key}";

    private static string Name(Type type) => SnakeCase.Of(type.Name.EndsWith("Spec", StringComparison.Ordinal) ? type.Name[..^4] : type.Name);

    private static IEnumerable<string> Words(object? value) => value switch
    {
        null or string or SpecValue => [],
        Enum name => [$"{Name(name.GetType())}.{ScalarFormat.Write(name)}"],
        System.Collections.IDictionary names => names.Values.Cast<object?>().SelectMany(Words),
        System.Collections.IEnumerable items => items.Cast<object?>().SelectMany(Words),
        _ when IsRecord(value.GetType()) => OfRecord(value),
        _ => [],
    };

    private static IEnumerable<string> OfRecord(object record)
    {
        var (type, shape) = (record.GetType(), RecordShape.Of(record.GetType()));
        if (type.BaseType is { IsAbstract: true } root && IsRecord(root)) yield return $"{Name(root)}.{RecordShape.Tag(type, root)}";
        if (record is BaseSpec { Backbone: var name }) yield return $"backbone.{name}";
        foreach (var field in shape.Fields.Where(field => shape.Applies(field, record)))
        {
            if (field.Property.GetValue(record) is not { } value || RecordWriter.IsDefault(shape, field, value)) continue;
            yield return Word(type, field);
            foreach (var word in Words(value)) yield return word;
        }
    }

    private static IEnumerable<string> Roots() =>
        [.. new[] { typeof(TrainingSpec), typeof(Sweeps.SweepSpec), typeof(ModelCard) }.SelectMany(root => OfType(root, [])), .. Backbone.Names.Select(name => $"backbone.{name}")];

    private static IEnumerable<string> OfType(Type type, HashSet<Type> seen)
    {
        type = RecordShape.ItemOf(type) ?? RecordShape.NamedOf(type) ?? type;
        if (!seen.Add(type)) return [];
        if (type.IsEnum) return ScalarFormat.Names(type).Select(name => $"{Name(type)}.{name}");
        if (!IsRecord(type)) return [];
        return type.IsAbstract
            ? RecordShape.Tags(type).SelectMany(tag => OfType(tag.Value, seen).Prepend($"{Name(type)}.{tag.Key}"))
            : RecordShape.Of(type).Fields.SelectMany(field => OfType(field.Type, seen).Prepend(Word(type, field)));
    }

    // What is written as one text or one number has no fields of its own.
    private static bool IsRecord(Type type) => type.IsClass && type != typeof(string) && type != typeof(SpecValue) && type != typeof(Trainable)
        && type.Namespace?.StartsWith("Convoy.", StringComparison.Ordinal) == true && !NumbersFormat.Handles(type);

    private static IEnumerable<string> Resource()
    {
        using var stream = typeof(Vocabulary).Assembly.GetManifestResourceStream("Convoy.Shared.Specs.first-words.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
