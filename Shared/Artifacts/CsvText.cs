using System.Globalization;
using System.Text;

namespace Convoy.Shared.Artifacts;

/// <summary>Comma-separated values (RFC 4180), lines ending as on Unix. A text that a spreadsheet would run as a formula gets a <c>'</c> before it (OWASP, CSV injection); numbers stay numbers.</summary>
public static class CsvText
{
    /// <summary>Adds a row.</summary>
    public static void Row(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Cell)).Append('\n');

    /// <summary>A cell: without control characters, harmless, and quoted where it must be.</summary>
    public static string Cell(string text)
    {
        var cell = Harmless(VisibleText.Of(text));
        return cell.AsSpan().IndexOfAny(',', '"') < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>The text of a cell; control characters stay written out.</summary>
    public static string Read(string cell)
    {
        var text = cell is ['"', .., '"'] ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : cell;
        return text is ['\'', ..] && IsFormula(text.TrimStart('\'')) ? text[1..] : text;
    }

    // So that it can be read back, one more before those that are there.
    static string Harmless(string text) => IsFormula(text.TrimStart('\'')) ? "'" + text : text;

    static bool IsFormula(string text) => text is ['=' or '+' or '-' or '@' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..] && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
