using System.Diagnostics;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Shared.Hosting;

namespace Convoy.Cli.Cluster;

/// <summary>This program once more, as a node that never outlives this process: it holds the other end of the node's standard input.</summary>
sealed class ChildProcess : IDisposable
{
    const int KeptLines = 20;

    readonly Process _process;
    readonly TaskCompletionSource<string> _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Queue<string> _errors = new();
    readonly Task _read;
    volatile bool _stopping;

    ChildProcess(string name, Process process)
    {
        (Name, _process) = (name, process);
        _read = Task.WhenAll(ReadOutAsync(), ReadErrorsAsync());
        Ended = EndAsync();
    }

    /// <summary>What it is called in messages.</summary>
    public string Name { get; }

    /// <summary>Done when it has ended: null where it was asked to, what happened otherwise.</summary>
    public Task<string?> Ended { get; }

    /// <summary>Starts it; <c>--supervised</c> is added.</summary>
    public static ChildProcess Start(string name, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Under the dotnet host the program is its first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet") start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        foreach (var argument in arguments.Append("--supervised")) start.ArgumentList.Add(argument);
        return new ChildProcess(name, Process.Start(start)!);
    }

    /// <summary>The line by which it says that it is up. <see cref="JobException"/> where it ends before.</summary>
    public async Task<string> UpAsync(CancellationToken cancel)
    {
        if (await Task.WhenAny((Task)_up.Task, Ended).WaitAsync(cancel) == _up.Task) return await _up.Task;
        throw new JobException(await Ended ?? $"{Name} ended");
    }

    /// <summary>Has it leave the cluster; ends it after a while.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        _stopping = true;
        try
        {
            await _process.StandardInput.WriteLineAsync(ParentWatch.StopWord);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It has ended already.
        }
        if (await Task.WhenAny(Ended, Task.Delay(patience)) != Ended) _process.Kill();
        await Ended;
    }

    public void Dispose() => _process.Dispose();

    async Task ReadOutAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line) _up.TrySetResult(line);
    }

    async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _errors.Enqueue(line);
            if (_errors.Count > KeptLines) _errors.Dequeue();
        }
    }

    async Task<string?> EndAsync()
    {
        await _process.WaitForExitAsync();
        await _read;
        if (_stopping) return null;
        var own = _errors.LastOrDefault(line => line.StartsWith(ErrorReport.Prefix, StringComparison.Ordinal))?[ErrorReport.Prefix.Length..] ?? _errors.LastOrDefault();
        return own is null ? $"{Name} ended with exit code {_process.ExitCode}" : $"{Name}: {own}";
    }
}
