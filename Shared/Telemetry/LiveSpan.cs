using System.Diagnostics;

namespace Convoy.Shared.Telemetry;

/// <summary>The span of something that lives longer than a message: a job, a sweep, a trial. It begins and ends with what it tells of, however often it is told.</summary>
/// <param name="name">One of <see cref="Spans"/>.</param>
public sealed class LiveSpan(string name)
{
    Activity? _span;

    /// <summary>Its <c>traceparent</c>; null where it has none, or nobody traces.</summary>
    public string? Context => Tracing.ContextOf(_span);

    /// <summary>Has this thread be in it, where it has one, until disposed of.</summary>
    public Tracing.Inside Enter() => Tracing.Enter(_span);

    /// <summary>It is there.</summary>
    /// <param name="parent">The <c>traceparent</c> of what it belongs to; null for a trace of its own.</param>
    /// <param name="attributes">What it is known by.</param>
    public void Begin(string? parent, params ReadOnlySpan<KeyValuePair<string, object?>> attributes)
    {
        if (_span is not null || (_span = Tracing.StartDetached(name, parent)) is null) return;
        foreach (var (key, value) in attributes) _span.SetTag(key, value);
    }

    /// <summary>It is there no more.</summary>
    /// <param name="state">How it stands.</param>
    /// <param name="error">What went wrong; null for nothing.</param>
    public void End(string state, string? error = null)
    {
        _span?.SetTag(Attributes.State, state);
        _span.End(error);
        _span = null;
    }
}
