using System.Collections;
using System.Text;

namespace Convoy.Shared.Specs.Reading;

/// <summary>Writes a record as the YAML that <see cref="RecordReader"/> reads back: defaults written out, parameters its kind lacks left out.</summary>
public static class RecordWriter
{
    /// <summary>The record's canonical text: equal records give equal texts.</summary>
    public static string Write(object record)
    {
        var text = new StringBuilder();
        Block(record, 0, text);
        return text.ToString();
    }

    private static void Block(object record, int indent, StringBuilder text)
    {
        foreach (var (field, value) in Values(record))
        {
            text.Append(' ', indent).Append(field.Key).Append(':');
            if (value is IEnumerable items and not string && items.Cast<object>().ToList() is { Count: > 0 } list && !IsScalar(list[0]))
            {
                text.Append('\n');
                foreach (var item in list)
                    text.Append(' ', indent + 2).Append("- ").Append(Item(item, field.Type.GetGenericArguments()[0])).Append('\n');
            }
            else if (IsScalar(value) || value is IEnumerable)
            {
                text.Append(' ').Append(Flow(value)).Append('\n');
            }
            else
            {
                text.Append('\n');
                Block(value, indent + 2, text);
            }
        }
    }

    private static string Item(object item, Type declared)
    {
        if (!declared.IsAbstract)
            return Flow(item);
        var tag = RecordShape.Tag(item.GetType(), declared);
        return Values(item).Any() ? $"{tag}: {Flow(item)}" : tag;
    }

    private static string Flow(object value) => value switch
    {
        _ when NumbersFormat.Handles(value.GetType()) => NumbersFormat.Write(value),
        _ when IsScalar(value) => ScalarFormat.Write(value),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Flow))}]",
        _ => $"{{{string.Join(", ", Values(value).Select(pair => $"{pair.Field.Key}: {Flow(pair.Value)}"))}}}",
    };

    private static IEnumerable<(RecordField Field, object Value)> Values(object record)
    {
        var shape = RecordShape.Of(record.GetType());
        return from field in shape.Fields
               where shape.Applies(field, record)
               let value = field.Property.GetValue(record)
               where value is not null
               select (field, value);
    }

    private static bool IsScalar(object value) => NumbersFormat.Handles(value.GetType()) || ScalarFormat.Handles(value.GetType());
}
