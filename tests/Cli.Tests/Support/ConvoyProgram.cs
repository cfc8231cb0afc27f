using System.Diagnostics;

namespace Convoy.Cli.Tests.Support;

/// <summary>The program as its users start it, to its end.</summary>
static class ConvoyProgram
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(EndToEndTests.Root, "convoy"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, (await output).TrimEnd(), (await error).TrimEnd());
    }
}
