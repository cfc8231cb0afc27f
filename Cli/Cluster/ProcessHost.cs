using Convoy.Cli.CommandLine;
using Convoy.Cli.Models;
using Convoy.Worker.Devices;

namespace Convoy.Cli.Cluster;

/// <summary>The world outside as this process sees it.</summary>
public static class ProcessHost
{
    /// <summary>Streams, signals and clusters of this process.</summary>
    public static CliHost Create() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        OutIsTerminal = !Console.IsOutputRedirected && CanRedraw,
        ErrorIsTerminal = !Console.IsErrorRedirected && CanRedraw,
        WorkingFolder = Environment.CurrentDirectory,
        Debug = Environment.GetEnvironmentVariable("CONVOY_DEBUG") == "1",
        Journal = Variable("CONVOY_JOURNAL"),
        Tls = Variable("CONVOY_TLS"),
        Device = Variable("CONVOY_DEVICE") ?? ComputeDevices.Auto,
        Insecure = Variable("CONVOY_INSECURE") == "1",
        Interrupts = new SignalInterrupts(),
        Jobs = new EmbeddedCluster(),
        Sweeps = new EmbeddedCluster(),
        Processes = new ProcessCluster(Console.Error.WriteLine),
        Classifiers = new TorchClassifiers(),
    };

    /// <summary>Runs the command and gives this process's exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CliHost host)
    {
        var exitCode = await ConvoyCommand.RunAsync(args, host);
        // An end that waits for nobody: a replica that still computes would crash in libtorch's clean-up.
        if (exitCode == ExitCode.Interrupted || args.FirstOrDefault() == "worker") ProcessEnd.Now(exitCode);
        return exitCode;
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    static bool CanRedraw => Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb") || OperatingSystem.IsWindows();
}
