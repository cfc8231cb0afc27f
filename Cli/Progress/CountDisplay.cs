using Convoy.Cli.CommandLine;

namespace Convoy.Cli.Progress;

/// <summary>How far a piece of work is, on a line of standard error that is redrawn where it is a terminal.</summary>
sealed class CountDisplay : IProgress<int>
{
    readonly TextWriter _error;
    readonly string _what;
    readonly int _all;
    readonly Lock _gate = new();
    int _done;

    CountDisplay(TextWriter error, string what, int all) => (_error, _what, _all) = (error, what, all);

    /// <summary>The display; null where nobody looks.</summary>
    public static IProgress<int>? For(CliHost host, string what, int all) => host.ErrorIsTerminal ? new CountDisplay(host.Error, what, all) : null;

    /// <summary>That many more are done.</summary>
    public void Report(int value)
    {
        lock (_gate)
        {
            _done += value;
            _error.Write($"\r{_what} {_done}/{_all}{(_done == _all ? "\n" : "")}");
        }
    }
}
