namespace Convoy.Shared.Hosting;

/// <summary>Tells what has not been said within the last minute; from any thread.</summary>
/// <param name="time">The clock.</param>
public sealed class OncePerMinute<T>(TimeProvider time) where T : notnull
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    readonly Dictionary<T, long> _said = [];

    /// <summary>Whether to say it now; it is then counted as said.</summary>
    public bool IsNews(T what)
    {
        lock (_lock)
        {
            foreach (var (old, at) in _said.ToList())
                if (time.GetElapsedTime(at) >= Minute) _said.Remove(old);
            return _said.TryAdd(what, time.GetTimestamp());
        }
    }
}
