namespace Convoy.Cli.CommandLine;

/// <summary>An end of the command with a message for its user, one line, and an exit code.</summary>
public sealed class CliException : Exception
{
    CliException(int exitCode, string message, Exception? inner = null) : base(message, inner) => ExitCode = exitCode;

    /// <summary>See <see cref="CommandLine.ExitCode"/>.</summary>
    public int ExitCode { get; }

    /// <summary>The command line asks for something that cannot be.</summary>
    public static CliException Usage(string message) => new(CommandLine.ExitCode.Usage, message);

    /// <summary>The machine or a file does not let it.</summary>
    public static CliException Failure(string message, Exception? inner = null) => new(CommandLine.ExitCode.Failed, message, inner);

    /// <summary>The user stopped it.</summary>
    public static CliException Interruption(string message) => new(CommandLine.ExitCode.Interrupted, message);
}
