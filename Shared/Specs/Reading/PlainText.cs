using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Convoy.Shared.Specs.Reading;

/// <summary>Text in YAML: bare where no reader could take it for something else, else in double quotes.</summary>
internal static partial class PlainText
{
    public static string Write(string text) => Bare().IsMatch(text) ? text : Quoted(text);

    public static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF')
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }

    // YAML 1.1's other words for true, false and null stay quoted.
    [GeneratedRegex(@"\A(?!(?i:true|false|null|yes|no|on|off|y|n)\z)[A-Za-z/][A-Za-z0-9_./-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Bare();
}
