using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Convoy.Shared.Models;

namespace Convoy.Shared.Specs.Reading;

/// <summary>Texts of single values: numbers, truth values, names, text.</summary>
internal static class ScalarFormat
{
    /// <summary>Whether the type is written as one scalar.</summary>
    public static bool Handles(Type type) => type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(double);

    /// <summary>The value; null where the text is none of the type within the range.</summary>
    public static object? Read(YamlScalar scalar, Type type, RangeAttribute? range)
    {
        if (type == typeof(string))
            return scalar.Text;
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().FirstOrDefault(value => Name(value) == scalar.Text);
        if (scalar.Quoted)
            return null;
        if (type == typeof(bool))
            return scalar.Text switch { "true" or "True" or "TRUE" => true, "false" or "False" or "FALSE" => false, _ => null };
        if (type == typeof(int))
            return int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && Within(whole, range) ? whole : null;
        const NumberStyles number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(scalar.Text, number, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) && Within(real, range) ? real : null;
    }

    /// <summary>What would have been read: <c>a whole number from 1 to 1024</c>.</summary>
    public static string Expected(Type type, RangeAttribute? range) =>
        type == typeof(string) ? "text"
        : type.IsEnum ? $"one of {string.Join(", ", Names(type))}"
        : type == typeof(bool) ? "true or false"
        : (type == typeof(int) ? "a whole number" : "a number") + (range is null ? "" : $" from {Number(range.Minimum)} to {Number(range.Maximum)}");

    /// <summary>A value as the reader takes it back.</summary>
    public static string Write(object value) => value switch
    {
        bool truth => truth ? "true" : "false",
        Enum name => Name(name),
        string text => PlainText.Write(text),
        _ => Number(value),
    };

    /// <summary>The names of an enum's values.</summary>
    public static IEnumerable<string> Names(Type type) => Enum.GetNames(type).Select(SnakeCase.Of);

    private static string Name(object value) => SnakeCase.Of(value.ToString()!);

    /// <summary>Whether a number lies in the range, if there is one.</summary>
    public static bool Within(double value, RangeAttribute? range) => range is null
        || value >= Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture) && value <= Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);

    /// <summary>A number as the reader takes it back.</summary>
    public static string Number(object value) => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture).ToLowerInvariant();
}
