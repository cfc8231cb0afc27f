using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;

namespace Convoy.Cli.Cluster;

/// <summary>The world outside as this process sees it.</summary>
static class ProcessHost
{
    public static CliHost Create() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        OutIsTerminal = !Console.IsOutputRedirected && CanRedraw,
        ErrorIsTerminal = !Console.IsErrorRedirected && CanRedraw,
        WorkingFolder = Environment.CurrentDirectory,
        Debug = Environment.GetEnvironmentVariable("CONVOY_DEBUG") == "1",
        Journal = Environment.GetEnvironmentVariable("CONVOY_JOURNAL") is { Length: > 0 } journal ? journal : null,
        Interrupts = new SignalInterrupts(),
        Jobs = new EmbeddedCluster(),
        Processes = new ProcessCluster(Console.Error.WriteLine),
        Classifiers = new TorchClassifiers(),
    };

    static bool CanRedraw => Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb") || OperatingSystem.IsWindows();
}
