using Convoy.Shared.Artifacts;

namespace Convoy.Cli.CommandLine;

/// <summary>Rows of text with columns as wide as their widest cell.</summary>
static class TextTable
{
    /// <summary>The lines; the first row is the head.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows)
    {
        rows = [.. rows.Select(row => row.Select(VisibleText.Of).ToArray())];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        return rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
