using System.Globalization;
using System.Text;

namespace Convoy.Shared.Artifacts;

/// <summary>Text from elsewhere (names of files, classes, runs) as it may be shown: whatever would steer a terminal, break a line or turn the direction of writing is written out, as <c>\u001B</c>.</summary>
public static class VisibleText
{
    /// <summary>The text with nothing in it that does anything.</summary>
    public static string Of(string text) => Of(text, IsHidden);

    /// <summary>The same, with its line breaks and tabs.</summary>
    public static string OfLines(string text) => Of(text, c => IsHidden(c) && c is not ('\n' or '\r' or '\t'));

    static string Of(string text, Func<char, bool> isHidden)
    {
        if (!text.Any(isHidden)) return text;
        var visible = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            if (isHidden(c)) visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else visible.Append(c);
        return visible.ToString();
    }

    // The last are line and paragraph separators and what turns the direction (CVE-2021-42574).
    static bool IsHidden(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
