using System.Runtime.InteropServices;

namespace Convoy.Cli.CommandLine;

/// <summary>An end of the process that waits for nobody: replicas that still compute would crash in libtorch's clean-up at a usual end.</summary>
static class ProcessEnd
{
    /// <summary>Ends the process with an exit code; on Windows the code is -1.</summary>
    public static void Now(int exitCode)
    {
        Console.Out.Flush();
        Console.Error.Flush();
        if (OperatingSystem.IsWindows())
            System.Diagnostics.Process.GetCurrentProcess().Kill();
        else
            Exit(exitCode);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    static extern void Exit(int exitCode);
}
