using System.Globalization;

namespace Convoy.Shared.Specs.Reading;

/// <summary>Refuses texts that are no hand-written YAML, with a clearer word than a parser has.</summary>
internal static class YamlText
{
    public static void Check(string text, Func<long, Origin> originOf)
    {
        if (text.Length > YamlTreeReader.MaxLength)
            throw new SpecException(originOf(1).Problem("", string.Create(CultureInfo.InvariantCulture, $"{text.Length:N0} characters; a spec has at most {YamlTreeReader.MaxLength:N0}")));
        var (line, indenting) = (1L, true);
        foreach (var c in text)
        {
            if (c is '\n')
                (line, indenting) = (line + 1, true);
            else if (c is '\t' && indenting)
                throw new SpecException(originOf(line).Problem("", "a tab in the indentation; YAML indents with spaces"));
            else if (char.IsControl(c) && c is not ('\t' or '\r' or '\u0085') || c is '\uFFFD' or '\uFFFE' or '\uFFFF')
                throw new SpecException(originOf(line).Problem("", $"character U+{(int)c:X4} is not text; is this a YAML file in UTF-8?"));
            else
                indenting &= c is ' ';
        }
    }
}
