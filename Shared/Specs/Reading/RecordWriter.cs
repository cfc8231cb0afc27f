using System.Collections;
using System.Text;

namespace Convoy.Shared.Specs.Reading;

/// <summary>Writes a record as the YAML that <see cref="RecordReader"/> reads back: defaults written out, parameters its kind lacks left out. Fields that
/// the first version had not are left out at their defaults too, so that a version without them reads the text, and whatever it does not know is in use.</summary>
public static class RecordWriter
{
    /// <summary>The record's canonical text: equal records give equal texts.</summary>
    public static string Write(object record)
    {
        var text = new StringBuilder();
        Block(Entries(record), 0, text);
        return record is IKeepsUnknown { Unknown: { Any: true } unknown } ? unknown.In(text.ToString()) : text.ToString();
    }

    private static void Block(IEnumerable<Entry> entries, int indent, StringBuilder text)
    {
        foreach (var entry in entries)
        {
            text.Append(' ', indent).Append(FlowText.Key(entry.Key)).Append(':');
            if (Items(entry.Value) is { Count: > 0 } items && !items.All(IsScalar))
            {
                text.Append('\n');
                foreach (var item in items)
                    text.Append(' ', indent + 2).Append("- ").Append(Item(item, entry.ItemType)).Append('\n');
            }
            else if (IsScalar(entry.Value) || Items(entry.Value) is not null || !Entries(entry.Value).Any())
            {
                text.Append(' ').Append(Flow(entry.Value)).Append('\n');
            }
            else
            {
                text.Append('\n');
                Block(Entries(entry.Value), indent + 2, text);
            }
        }
    }

    private static string Item(object item, Type? declared)
    {
        if (item is SpecValue { Tree: YamlMap { Entries: [var only] } })
            return $"{FlowText.Key(only.Key)}: {FlowText.Write(only.Value)}";
        if (declared is not { IsAbstract: true })
            return Flow(item);
        var tag = RecordShape.Tag(item.GetType(), declared);
        return Entries(item).Any() ? $"{tag}: {Flow(item)}" : tag;
    }

    private static string Flow(object value) => value switch
    {
        Trainable trainable => TrainableFormat.Write(trainable),
        _ when NumbersFormat.Handles(value.GetType()) => NumbersFormat.Write(value),
        _ when ScalarFormat.Handles(value.GetType()) => ScalarFormat.Write(value),
        SpecValue foreign => foreign.Text,
        _ when Items(value) is { } items => $"[{string.Join(", ", items.Select(Flow))}]",
        _ => $"{{{string.Join(", ", Entries(value).Select(entry => $"{FlowText.Key(entry.Key)}: {Flow(entry.Value)}"))}}}",
    };

    private static IEnumerable<Entry> Entries(object value) => value switch
    {
        SpecValue { Tree: YamlMap map } => map.Entries.Select(entry => new Entry(entry.Key, new SpecValue(entry.Value), null)),
        IDictionary names => names.Keys.Cast<string>().Select(name => new Entry(name, names[name]!, null)),
        _ => Fields(value),
    };

    private static IEnumerable<Entry> Fields(object record)
    {
        var shape = RecordShape.Of(record.GetType());
        return from field in shape.Fields
               where shape.Applies(field, record)
               let value = field.Property.GetValue(record)
               where value is not null && !(Vocabulary.IsLater(record.GetType(), field) && IsDefault(shape, field, value))
               select new Entry(field.Key, value, RecordShape.ItemOf(field.Type));
    }

    /// <summary>Whether a field has the value that it has where nothing is written.</summary>
    internal static bool IsDefault(RecordShape shape, RecordField field, object value) =>
        !field.Required && field.Property.GetValue(shape.Defaults) is { } left && Flow(left) == Flow(value);

    private static IReadOnlyList<object>? Items(object value) => value switch
    {
        string or IDictionary => null,
        SpecValue { Tree: YamlList list } => [.. list.Items.Select(item => new SpecValue(item))],
        IEnumerable items => [.. items.Cast<object>()],
        _ => null,
    };

    private static bool IsScalar(object value) => value is Trainable or SpecValue { Tree: YamlScalar }
        || NumbersFormat.Handles(value.GetType()) || ScalarFormat.Handles(value.GetType());

    private readonly record struct Entry(string Key, object Value, Type? ItemType);
}
