using System.Runtime.InteropServices;

namespace Convoy.Chaos;

/// <summary>POSIX signals, by Linux' numbers.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2, Kill = 9, Term = 15, Continue = 18, Stop = 19;

    /// <summary>Sends one to a process.</summary>
    public static void Send(int process, int signal)
    {
        if (KillProcess(process, signal) != 0) throw new InvalidOperationException($"signal {signal} does not reach process {process}: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillProcess(int process, int signal);
}
