using System.Diagnostics;

namespace Convoy.Chaos;

/// <summary>A node of the cluster: the program's own command in a process of its own, which does not outlive this one.</summary>
internal sealed class Node : IDisposable
{
    readonly Process _process;
    readonly TaskCompletionSource<string> _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _output;

    Node(Process process, string log)
    {
        _process = process;
        _output = Task.WhenAll(CopyAsync(process.StandardOutput, log + ".out", _up.TrySetResult), CopyAsync(process.StandardError, log + ".err", _ => false));
    }

    public int Id => _process.Id;
    public bool HasExited => _process.HasExited;
    public DateTime Started { get; } = DateTime.UtcNow;

    /// <summary>Starts a node.</summary>
    /// <param name="folder">The cluster's, for its records.</param>
    /// <param name="name">Names its logs there.</param>
    /// <param name="strike">What befalls it.</param>
    /// <param name="arguments">Of the command.</param>
    /// <param name="prefix">What runs it: <c>ip netns exec NAME</c>; empty for nothing.</param>
    public static Node Start(string folder, string name, Strike? strike, IEnumerable<string> arguments, params string[] prefix)
    {
        string[] command = [.. prefix, "dotnet", typeof(Node).Assembly.Location, "node", folder, strike?.ToString() ?? "none", .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        return new Node(Process.Start(start)!, Path.Combine(folder, name));
    }

    /// <summary>Its first line: it is up.</summary>
    public async Task<string> UpAsync(CancellationToken cancel)
    {
        if (await Task.WhenAny(_up.Task, _output).WaitAsync(cancel) == _up.Task) return await _up.Task;
        throw new InvalidOperationException($"a node ended with exit code {_process.ExitCode} before it was up");
    }

    /// <summary>Kills it and waits until it is no more.</summary>
    public void Kill()
    {
        Signal(Signals.Kill);
        _process.WaitForExit();
    }

    public void Signal(int signal) => Signals.Send(Id, signal);

    /// <summary>Waits for its end and gives the exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancel)
    {
        await _process.WaitForExitAsync(cancel);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    static async Task CopyAsync(StreamReader from, string file, Func<string, bool> heard)
    {
        await using var copy = new StreamWriter(file) { AutoFlush = true };
        while (await from.ReadLineAsync() is { } line)
        {
            await copy.WriteLineAsync(line);
            heard(line);
        }
    }
}
