using System.Text;
using Convoy.Shared.Artifacts;

namespace Convoy.Shared.Tests.Artifacts;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("=HYPERLINK(\"http://a\")", "\"'=HYPERLINK(\"\"http://a\"\")\"")]
    [InlineData("@SUM(A1)", "'@SUM(A1)"), InlineData("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), InlineData("-2+3", "'-2+3"), InlineData("\t=1", "\\u0009=1"), InlineData("\r=1", "\\u000D=1"), InlineData("\uFF1D1", "'\uFF1D1")]
    [InlineData("'=1", "''=1"), InlineData("'it", "'it"), InlineData("a=b", "a=b")]
    [InlineData("-0.5", "-0.5"), InlineData("+1e-3", "+1e-3"), InlineData("-1", "-1")]
    [InlineData("a\u001b[31mb", "a\\u001B[31mb"), InlineData("a\nb", "a\\u000Ab"), InlineData("a\u202Eb", "a\\u202Eb"), InlineData("größe, 2", "\"größe, 2\"")]
    public void A_cell_is_harmless_and_a_number_stays_one(string text, string cell)
    {
        var row = new StringBuilder();
        CsvText.Row(row, ["1", text]);
        Assert.Equal($"1,{cell}\n", row.ToString());
        Assert.Equal(VisibleText.Of(text), CsvText.Read(cell));
    }
}
