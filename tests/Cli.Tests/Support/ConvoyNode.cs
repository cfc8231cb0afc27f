using System.Diagnostics;
using System.Text.RegularExpressions;
using Convoy.Chaos;

namespace Convoy.Cli.Tests.Support;

/// <summary>A node as a process of its own, which does not outlive this one.</summary>
sealed partial class ConvoyNode : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly Process _process;
    readonly TaskCompletionSource<string> _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task<string> _error;

    ConvoyNode(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
        _ = ReadOutAsync();
    }

    public static ConvoyNode Start(string journal, params string[] arguments) => StartIn(Environment.CurrentDirectory, journal, arguments);

    public static ConvoyNode StartIn(string workingFolder, string journal, params string[] arguments) => StartWith(new Dictionary<string, string>(), workingFolder, journal, arguments);

    /// <summary>With more of an environment.</summary>
    public static ConvoyNode StartWith(IReadOnlyDictionary<string, string> environment, string workingFolder, string journal, params string[] arguments)
    {
        var start = ConvoyProgram.With([.. arguments, "--supervised"]);
        start.RedirectStandardInput = true;
        start.WorkingDirectory = workingFolder;
        start.Environment["CONVOY_JOURNAL"] = journal;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new ConvoyNode(Process.Start(start)!);
    }

    /// <summary>By another program, such as a published one, that signals end.</summary>
    public static ConvoyNode StartProgram(string[] command, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new ConvoyNode(Process.Start(start)!);
    }

    /// <summary>What it says once it is up.</summary>
    public Task<string> UpAsync() => _up.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>The API that a coordinator says it has, once it is up.</summary>
    public async Task<Uri> ApiAsync() => new(Api().Match(await UpAsync()).Value);

    /// <summary>Its exit code and all it wrote to standard error, when it has ended.</summary>
    public async Task<(int Code, string[] Errors)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return (_process.ExitCode, (await _error).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Asks it to leave the cluster and end.</summary>
    public void Leave() => _process.StandardInput.WriteLine("stop");

    public void Kill() => _process.Kill();

    /// <summary>Sends it a signal.</summary>
    public void Signal(int signal) => Signals.Send(_process.Id, signal);

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    async Task ReadOutAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line) _up.TrySetResult(line);
        _up.TrySetException(new InvalidOperationException($"the node ended before it was up: {await _error}"));
    }

    [GeneratedRegex(@"https?://\S+$")]
    private static partial Regex Api();
}
