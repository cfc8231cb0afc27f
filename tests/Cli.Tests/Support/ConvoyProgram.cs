using System.Diagnostics;
using System.Text.RegularExpressions;
using Convoy.Chaos;

namespace Convoy.Cli.Tests.Support;

/// <summary>The program as its users start it: <c>./convoy</c>, a process of its own.</summary>
static class ConvoyProgram
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>How to start it with its streams redirected.</summary>
    public static ProcessStartInfo With(params IEnumerable<string> arguments) =>
        new(Path.Combine(Root, "convoy"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

    /// <summary>Runs it to its end.</summary>
    public static Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(arguments, null, Signals.Interrupt);

    /// <summary>Runs it to its end, with a signal as soon as it says a line.</summary>
    /// <param name="arguments">Of the command.</param>
    /// <param name="interruptAt">The line, the first of several; null for no signal.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="environment">More of it.</param>
    public static async Task<(int Code, string Output, string Error)> RunAsync(string[] arguments, Regex? interruptAt, int signal, params IEnumerable<(string Name, string Value)> environment)
    {
        var start = With(arguments);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var told = 0;
        var (output, error) = (Drain(process.StandardOutput), Drain(process.StandardError));
        await ExitAsync(process);
        return (process.ExitCode, await output, await error);

        async Task<string> Drain(StreamReader reader)
        {
            var lines = new List<string>();
            while (await reader.ReadLineAsync(Cancel) is { } line)
            {
                lines.Add(line);
                if (interruptAt?.IsMatch(line) == true && Interlocked.Exchange(ref told, 1) == 0) Signals.Send(process.Id, signal);
            }
            return string.Join('\n', lines);
        }
    }

    // A run that hangs fails its own test, not the suite.
    static async Task ExitAsync(Process process)
    {
        try
        {
            await process.WaitForExitAsync(Cancel).WaitAsync(Deadline, Cancel);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The folder of the source.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Cluster.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }
}
