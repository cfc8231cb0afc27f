using System.ComponentModel.DataAnnotations;
using Convoy.Shared.Models;

namespace Convoy.Shared.Specs.Reading;

/// <summary>Values of one or several numbers: <c>3</c> or <c>[3, 5]</c>.</summary>
internal static class NumbersFormat
{
    private static readonly RangeAttribute Sides = new(1, 65536), Margins = new(0, 65536);

    /// <summary>Whether the type is written as a number or a list of them.</summary>
    public static bool Handles(Type type) => type == typeof(Size2) || type == typeof(Border) || type == typeof(Interval) || type == typeof(NumberOrList);

    /// <summary>The value; null where what is written is none of the type within the range.</summary>
    public static object? Read(YamlValue node, Type type, RangeAttribute? range) =>
        type == typeof(Size2) ? Size(node is YamlList, Numbers<int>(node, Sides))
        : type == typeof(Border) ? BorderOf(node is YamlList, Numbers<int>(node, Margins))
        : type == typeof(Interval) ? Interval(node is YamlList, Numbers<double>(node, null), range)
        : Choice(node is YamlList, Numbers<double>(node, range));

    /// <summary>What would have been read.</summary>
    public static string Expected(Type type, RangeAttribute? range) =>
        type == typeof(Size2) ? $"{ScalarFormat.Expected(typeof(int), Sides)}, or [height, width]"
        : type == typeof(Border) ? $"{ScalarFormat.Expected(typeof(int), Margins)}, or [height, width], or [top, bottom, left, right]"
        : type == typeof(Interval) ? $"[lo, hi], or one number z for [1 - z, 1 + z],{Bounds(range)} and in order"
        : $"{ScalarFormat.Expected(typeof(double), range)}, or a list of them";

    /// <summary>A value as the reader takes it back.</summary>
    public static string Write(object value) => value switch
    {
        Size2 size when size.Height == size.Width => ScalarFormat.Number(size.Height),
        Size2 size => List(size.Height, size.Width),
        Border border when border == new Border(border.Top, border.Top, border.Top, border.Top) => ScalarFormat.Number(border.Top),
        Border border => List(border.Top, border.Bottom, border.Left, border.Right),
        Interval interval => List(interval.Low, interval.High),
        NumberOrList { IsList: false } number => ScalarFormat.Number(number.Values[0]),
        _ => List([.. ((NumberOrList)value).Values]),
    };

    private static object? Size(bool isList, IReadOnlyList<int> sides) => (isList, sides) switch
    {
        (false, [var side]) => new Size2(side, side),
        (true, [var height, var width]) => new Size2(height, width),
        _ => null,
    };

    private static object? BorderOf(bool isList, IReadOnlyList<int> sides) => (isList, sides) switch
    {
        (false, [var side]) => new Border(side, side, side, side),
        (true, [var height, var width]) => new Border(height, height, width, width),
        (true, [var top, var bottom, var left, var right]) => new Border(top, bottom, left, right),
        _ => null,
    };

    private static object? Interval(bool isList, IReadOnlyList<double> ends, RangeAttribute? range)
    {
        Interval? interval = (isList, ends) switch
        {
            (false, [var z]) => Specs.Interval.AroundOne(z),
            (true, [var low, var high]) => new Interval(low, high),
            _ => null,
        };
        return interval is { } found && found.Low <= found.High && ScalarFormat.Within(found.Low, range) && ScalarFormat.Within(found.High, range) ? found : null;
    }

    private static NumberOrList? Choice(bool isList, IReadOnlyList<double> numbers) => numbers.Count == 0 ? null : isList ? NumberOrList.List(numbers) : numbers[0];

    /// <summary>The numbers; none where one of them is no such number.</summary>
    private static IReadOnlyList<T> Numbers<T>(YamlValue node, RangeAttribute? range) where T : struct
    {
        var items = node is YamlList list ? list.Items : [node];
        var numbers = items.Select(item => item is YamlScalar scalar ? ScalarFormat.Read(scalar, typeof(T), range) : null).OfType<T>().ToList();
        return numbers.Count == items.Count ? numbers : [];
    }

    private static string Bounds(RangeAttribute? range) => range is null ? "" : $" from {ScalarFormat.Number(range.Minimum)} to {ScalarFormat.Number(range.Maximum)}";

    private static string List(params IReadOnlyList<double> numbers) => $"[{string.Join(", ", numbers.Select(number => ScalarFormat.Number(number)))}]";
}
