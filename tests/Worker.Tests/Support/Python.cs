using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Convoy.Worker.Tests.Support;

/// <summary>Python, for what others wrote to compare with.</summary>
static class Python
{
    // Debian's packages belong to Debian's Python, whatever comes first on the path.
    static readonly string[] Interpreters = ["python3", "/usr/bin/python3"];

    static readonly ConcurrentDictionary<string, string?> Found = [];

    /// <summary>What a script prints; skips the running test where no Python has the modules it needs.</summary>
    public static string Run(string script, IReadOnlyList<string> modules, params IEnumerable<string> arguments)
    {
        var interpreter = Found.GetOrAdd(string.Join('\n', modules.Select(module => $"import {module}")), imports => Interpreters.FirstOrDefault(each => Start(each, ["-c", imports]) is { Code: 0 }));
        if (interpreter is null) Assert.Skip($"needs Python 3 with {string.Join(", ", modules.DefaultIfEmpty("its standard library"))} (Debian: python3 {string.Join(' ', modules.Select(module => $"python3-{module}"))})");
        var (code, output, error) = Start(interpreter, ["-c", script, .. arguments])!.Value;
        Assert.True(code == 0, error);
        return output;
    }

    static (int Code, string Output, string Error)? Start(string interpreter, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(interpreter, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
