using System.Text;
using Convoy.Shared.Artifacts;

namespace Convoy.Cli.CommandLine;

/// <summary>Writes text so that no name in it steers the terminal.</summary>
/// <param name="inner">Where it goes.</param>
sealed class VisibleWriter(TextWriter inner) : TextWriter
{
    /// <summary>For what steers the terminal on purpose.</summary>
    public static TextWriter Raw(TextWriter writer) => writer is VisibleWriter visible ? visible.Inner : writer;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(VisibleText.OfLines(value.ToString()));

    public override void Write(string? value) => inner.Write(value is null ? null : VisibleText.OfLines(value));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : VisibleText.OfLines(value));

    public override void Flush() => inner.Flush();

    TextWriter Inner => inner;
}
