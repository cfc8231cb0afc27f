using Convoy.Cli.Remote;
using Convoy.Shared.Hosting;
using Convoy.Worker.Native;
using Convoy.Augmentation.Decoding;
using Convoy.Coordinator.Api.Security;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Cli.CommandLine;

/// <summary>Turns an exception into lines for the user and an exit code.</summary>
public static class ErrorReport
{
    /// <summary>Before every line on standard error that says what went wrong.</summary>
    public const string Prefix = "convoy: ";

    /// <summary>The exit code that fits the error.</summary>
    public static int ExitCodeOf(Exception error) => error switch
    {
        CliException own => own.ExitCode,
        SpecException or ModelException or TokenFileException or NodeOptionsException => ExitCode.Usage,
        OperationCanceledException => ExitCode.Interrupted,
        LostSightException => ExitCode.LostSight,
        _ => ExitCode.Failed,
    };

    /// <summary>One line a problem; an error nobody foresaw says how to see its trace.</summary>
    public static IReadOnlyList<string> LinesOf(Exception error) => error switch
    {
        OperationCanceledException => ["interrupted"],
        SpecException spec => spec.Message.Split('\n'),
        CliException or ModelException or DataException or DecodeException or ArtifactException or JobException or LibTorchException or NodeException or HeldException or JournalException or TokenFileException => [OneLine(error.Message)],
        _ => [$"unexpected error: {OneLine(error.Message)} ({error.GetType().Name}; --verbose shows the trace)"],
    };

    /// <summary>Writes the error and gives its exit code.</summary>
    public static int Write(Exception error, TextWriter target, bool trace)
    {
        foreach (var line in LinesOf(error))
            target.WriteLine(Prefix + line);
        if (trace)
            target.WriteLine(error);
        return ExitCodeOf(error);
    }

    static string OneLine(string message) => string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
