using System.Diagnostics;
using System.Text.RegularExpressions;
using Convoy.Chaos;

namespace Convoy.Cli.Tests.Support;

/// <summary>A node as a process of its own, which does not outlive this one.</summary>
sealed partial class ConvoyNode : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly Process _process;

    readonly string _command;

    ConvoyNode(Process process)
    {
        _process = process;
        _command = string.Join(' ', process.StartInfo.ArgumentList);
        (Out, Error) = (new(process.StandardOutput), new(process.StandardError));
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

    /// <summary>What it writes to standard output.</summary>
    public OutputLines Out { get; }

    /// <summary>What it writes to standard error.</summary>
    public OutputLines Error { get; }

    /// <summary>What it says once it is up.</summary>
    public async Task<string> UpAsync()
    {
        try
        {
            return await Out.FirstAsync(_ => true).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (InvalidOperationException)
        {
            throw new InvalidOperationException($"the node ended before it was up: {string.Join('\n', await Error.AllAsync())}");
        }
    }

    /// <summary>Waits until it has said so many times that it is up.</summary>
    public Task UpAsync(int times, TimeSpan patience) => Out.TimesAsync(line => line.Contains(": cluster ", StringComparison.Ordinal), times).WaitAsync(patience, TestContext.Current.CancellationToken);

    /// <summary>The API that a coordinator says it has, once it is up.</summary>
    public async Task<Uri> ApiAsync() => new(Api().Match(await UpAsync()).Value);

    /// <summary>Its exit code and all it wrote to standard error, when it has ended.</summary>
    public async Task<(int Code, string[] Errors)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return (_process.ExitCode, [.. (await Error.AllAsync()).Where(line => line.Length > 0)]);
    }

    /// <summary>Asks it to leave the cluster and end.</summary>
    public void Leave() => _process.StandardInput.WriteLine("stop");

    public void Kill() => _process.Kill();

    /// <summary>Sends it a signal, which it must be there to receive.</summary>
    public async Task SignalAsync(int signal)
    {
        if (_process.HasExited) throw new InvalidOperationException($"the node ended by itself, with {_process.ExitCode}: {string.Join('\n', await Error.AllAsync())}");
        Signals.Send(_process.Id, signal);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
        if (TestContext.Current.TestState?.Result == TestResult.Failed) Tell();
    }

    void Tell()
    {
        var output = TestContext.Current.TestOutputHelper;
        output?.WriteLine($"# {_command}");
        foreach (var line in Out.SoFar.Concat(Error.SoFar)) output?.WriteLine(line);
    }

    [GeneratedRegex(@"https?://\S+$")]
    private static partial Regex Api();
}
