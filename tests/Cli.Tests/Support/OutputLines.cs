namespace Convoy.Cli.Tests.Support;

/// <summary>What a process writes, line by line, to its end.</summary>
sealed class OutputLines
{
    readonly Lock _lock = new();
    readonly List<string> _lines = [];
    readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = [];
    readonly Task _read;

    public OutputLines(TextReader output) => _read = ReadAsync(output);

    /// <summary>The first line that is wanted, however long ago it came. <see cref="InvalidOperationException"/> where the output ends without.</summary>
    public Task<string> FirstAsync(Func<string, bool> wanted)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lines.Find(line => wanted(line)) is { } known) return Task.FromResult(known);
            if (_read.IsCompleted) return Task.FromException<string>(Ended());
            _waiting.Add((wanted, found));
        }
        return found.Task;
    }

    /// <summary>What has come by now.</summary>
    public IReadOnlyList<string> SoFar
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    /// <summary>Done when so many lines have come that are wanted.</summary>
    public Task TimesAsync(Func<string, bool> wanted, int times)
    {
        var seen = 0;
        return FirstAsync(line => wanted(line) && ++seen >= times);
    }

    /// <summary>All of it, when it has ended.</summary>
    public async Task<IReadOnlyList<string>> AllAsync()
    {
        await _read;
        lock (_lock) return [.. _lines];
    }

    async Task ReadAsync(TextReader output)
    {
        while (await output.ReadLineAsync() is { } line) Take(line);
        lock (_lock) _waiting.ForEach(waiting => waiting.Found.TrySetException(Ended()));
    }

    void Take(string line)
    {
        lock (_lock)
        {
            _lines.Add(line);
            foreach (var waiting in _waiting.Where(waiting => waiting.Wanted(line))) waiting.Found.TrySetResult(line);
        }
    }

    InvalidOperationException Ended() => new($"the process ended before it said so: {string.Join('\n', _lines)}");
}
