namespace Convoy.Coordinator.Api;

/// <summary>An answer that many ask for at once, made once for all who came before it was begun: nobody hears of a state that is older than his question.</summary>
/// <param name="make">Makes it.</param>
sealed class SharedAnswer<T>(Func<CancellationToken, Task<T>> make)
{
    readonly Lock _lock = new();
    Task<T>? _running, _next;

    /// <summary>The answer.</summary>
    public Task<T> GetAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_running is { IsCompleted: false } || _next is not null) return (_next ??= AfterAsync(_running!)).WaitAsync(cancel);
            return (_running = Task.Run(() => make(CancellationToken.None), CancellationToken.None)).WaitAsync(cancel);
        }
    }

    async Task<T> AfterAsync(Task<T> before)
    {
        await Task.Yield(); // beyond the lock
        await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock) (_running, _next) = (_next, null);
        return await make(CancellationToken.None);
    }
}
