using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Convoy.Shared.Telemetry;

/// <summary>Things that are there for a while, a job for one, and gauges that tell of each of them when they are read: the series of what has ended
/// are gone. Nobody reading, they cost nothing.</summary>
/// <typeparam name="T">What the gauges tell.</typeparam>
public sealed class LiveSeries<T>(Meter meter)
{
    readonly ConcurrentDictionary<object, Func<T>> _live = new(ReferenceEqualityComparer.Instance);

    /// <summary>From now on this owner's thing is there; told twice it counts once.</summary>
    /// <param name="owner">Who takes it away again.</param>
    /// <param name="read">What it is like now; called from any thread.</param>
    public void Add(object owner, Func<T> read) => _live[owner] = read;

    /// <summary>It is gone, if it was there.</summary>
    public void Remove(object owner) => _live.TryRemove(owner, out _);

    /// <summary>Creates a gauge.</summary>
    /// <param name="name">Of the instrument.</param>
    /// <param name="unit">In UCUM.</param>
    /// <param name="description">What it tells.</param>
    /// <param name="measure">What it tells of one thing.</param>
    public LiveSeries<T> With(string name, string unit, string description, Func<T, IEnumerable<Measurement<double>>> measure)
    {
        meter.CreateObservableGauge(name, () => _live.Values.SelectMany(read => measure(read())), unit, description);
        return this;
    }
}
