using System.Globalization;
using System.Text;

namespace Convoy.Shared.Specs.Reading;

/// <summary>Foreign text made fit for one line of an error.</summary>
public static class Quote
{
    private const int Longest = 60, MostItems = 12;

    /// <summary>At most 60 characters or as many as given, control characters as '?'.</summary>
    public static string Short(string text, int longest = Longest)
    {
        var line = new StringBuilder(Math.Min(text.Length, longest) + 3);
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, longest)))
            line.Append(IsPlain(c) ? c : '?');
        return text.Length > longest ? line.Append("...").ToString() : line.ToString();
    }

    /// <summary>At most 12 names, separated by commas.</summary>
    public static string List(IEnumerable<string> names)
    {
        var shown = names.Take(MostItems + 1).Select(name => Short(name)).ToList();
        return shown.Count > MostItems ? string.Join(", ", shown.Take(MostItems)) + ", ..." : string.Join(", ", shown);
    }

    private static bool IsPlain(char c) => char.GetUnicodeCategory(c) is not
        (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);
}
