namespace Convoy.Cli.CommandLine;

/// <summary>What the command's exit codes mean.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;
    /// <summary>It ran and failed, or the machine or the data did not let it.</summary>
    public const int Failed = 1;
    /// <summary>The command line or the spec is wrong.</summary>
    public const int Usage = 2;
    /// <summary>What was watched goes on, or may, without its watcher.</summary>
    public const int LostSight = 3;
    /// <summary>Interrupted by its user.</summary>
    public const int Interrupted = 130;
}
