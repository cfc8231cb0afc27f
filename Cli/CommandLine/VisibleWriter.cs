using System.Text;
using Convoy.Shared.Artifacts;

namespace Convoy.Cli.CommandLine;

/// <summary>Writes text so that no name in it steers the terminal.</summary>
/// <param name="inner">Where it goes.</param>
/// <param name="name">What it is called where it cannot be written; null where nobody is left to be told.</param>
sealed class VisibleWriter(TextWriter inner, string? name) : TextWriter
{
    /// <summary>For what steers the terminal on purpose.</summary>
    public static TextWriter Raw(TextWriter writer) => writer is VisibleWriter visible ? visible.Inner : writer;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value) => Guard(() => inner.Write(value is null ? null : VisibleText.OfLines(value)));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine(string? value) => Guard(() => inner.WriteLine(value is null ? null : VisibleText.OfLines(value)));

    public override void Flush() => Guard(inner.Flush);

    TextWriter Inner => inner;

    void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (name is not null) throw CliException.Failure($"cannot write {name}: {error.Message}", error);
        }
    }
}
