using System.Text;

namespace Convoy.Shared.Artifacts;

/// <summary>Comma-separated values (RFC 4180), lines ending as on Unix.</summary>
public static class CsvText
{
    /// <summary>Adds a row.</summary>
    public static void Row(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Cell)).Append('\n');

    static string Cell(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
