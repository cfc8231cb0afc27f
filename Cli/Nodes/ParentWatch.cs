using Convoy.Cli.CommandLine;

namespace Convoy.Cli.Nodes;

/// <summary>A child's side of its parent's hold on it: the line <see cref="StopWord"/> on standard input has it leave; the end of
/// standard input means that the parent is no more, however it died, and ends the child at once.</summary>
static class ParentWatch
{
    /// <summary>What the parent writes.</summary>
    public const string StopWord = "stop";

    /// <summary>Listens on a thread of its own for as long as the process lives.</summary>
    public static void Start(Action leave)
    {
        var input = Console.In;
        new Thread(() => Listen(input, leave)) { Name = "parent", IsBackground = true }.Start();
    }

    static void Listen(TextReader input, Action leave)
    {
        while (input.ReadLine() is { } line)
            if (line == StopWord) leave();
        ProcessEnd.Now(ExitCode.Failed);
    }
}
