namespace Convoy.Operator;

/// <summary>Keys to look at, each once however often it was added, at the earliest of the times it was added for. One reader.</summary>
sealed class WorkQueue<TKey>(TimeProvider time) where TKey : notnull
{
    readonly Lock _lock = new();
    readonly Dictionary<TKey, DateTimeOffset> _due = [];
    TaskCompletionSource _added = New();

    /// <summary>Has a key be looked at, now or later.</summary>
    public void Add(TKey key, TimeSpan later = default)
    {
        var due = time.GetUtcNow() + later;
        lock (_lock)
        {
            if (_due.TryGetValue(key, out var known) && known <= due) return;
            _due[key] = due;
            _added.TrySetResult();
        }
    }

    /// <summary>The next key that is due, as soon as one is.</summary>
    public async Task<TKey> TakeAsync(CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var (isDue, key, wait, added) = Next();
            if (isDue) return key!;
            using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(added, Task.Delay(wait, time, done.Token));
            await done.CancelAsync();
        }
    }

    (bool IsDue, TKey? Key, TimeSpan Wait, Task Added) Next()
    {
        lock (_lock)
        {
            if (_added.Task.IsCompleted) _added = New();
            if (_due.Count == 0) return (false, default, Timeout.InfiniteTimeSpan, _added.Task);
            var (key, due) = _due.MinBy(entry => entry.Value);
            var wait = due - time.GetUtcNow();
            return (wait <= TimeSpan.Zero && _due.Remove(key), key, wait, _added.Task);
        }
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
