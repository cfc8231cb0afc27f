using System.Text.RegularExpressions;

namespace Convoy.Shared.Specs.Reading;

/// <summary>YAML on one line: lists in brackets, maps in braces.</summary>
internal static partial class FlowText
{
    public static string Write(YamlValue value) => value switch
    {
        YamlScalar scalar => Scalar(scalar),
        YamlList list => $"[{string.Join(", ", list.Items.Select(Write))}]",
        YamlMap map => $"{{{string.Join(", ", map.Entries.Select(entry => $"{Key(entry.Key)}: {Write(entry.Value)}"))}}}",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "not a value"),
    };

    /// <summary>The text of a key.</summary>
    public static string Key(string key) => Bare().IsMatch(key) ? key : PlainText.Quoted(key);

    // Quoted text is never a number, a truth value or null, so the quotes are part of it.
    private static string Scalar(YamlScalar scalar) =>
        scalar.IsNull ? "null"
        : !scalar.Quoted && Bare().IsMatch(scalar.Text) ? scalar.Text
        : PlainText.Quoted(scalar.Text);

    [GeneratedRegex(@"\A[+-]?[A-Za-z0-9_.][A-Za-z0-9_./+-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Bare();
}
