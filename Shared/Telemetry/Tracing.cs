using System.Diagnostics;

namespace Convoy.Shared.Telemetry;

/// <summary>The program's source of spans. Where nobody listens there are none, and nothing is allocated. Between processes and through a job's
/// life a span is known by its W3C <c>traceparent</c>, on the few messages that start work.</summary>
public static class Tracing
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "Convoy";

    /// <summary>One step in so many has a span, beside those that are worth one for themselves.</summary>
    public const int StepsPerSpan = 100;

    /// <summary>The source.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>The <c>traceparent</c> of the span that this thread is in; null where it is in none, or nobody traces.</summary>
    public static string? Here => ContextOf(Activity.Current);

    /// <summary>The <c>traceparent</c> of a span; null where there is none, or nobody traces. Of a trace that its sampler leaves out it says so: whoever takes it
    /// up must not sample anew.</summary>
    public static string? ContextOf(Activity? span) => Source.HasListeners() ? span?.Id : null;

    /// <summary>Starts a span that this thread is in until it ends.</summary>
    /// <param name="name">One of <see cref="Spans"/>.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="parent">The <c>traceparent</c> of what it belongs to; null for what the thread is in.</param>
    public static Activity? Start(string name, ActivityKind kind = ActivityKind.Internal, string? parent = null) =>
        Source.HasListeners() ? Source.StartActivity(name, kind, Read(parent)) : null;

    /// <summary>Starts a span that no thread is in: it outlives the message that begins it.</summary>
    /// <param name="name">One of <see cref="Spans"/>.</param>
    /// <param name="parent">The <c>traceparent</c> of what it belongs to; null for a trace of its own.</param>
    public static Activity? StartDetached(string name, string? parent)
    {
        if (!Source.HasListeners()) return null;
        var here = Activity.Current;
        Activity.Current = null;
        var span = Source.StartActivity(name, ActivityKind.Consumer, Read(parent));
        Activity.Current = here;
        return span;
    }

    /// <summary>Has this thread be in a span, if there is one, until disposed of: log records have its ids.</summary>
    public static Inside Enter(Activity? span) => new(span);

    /// <summary>A thread's time in a span.</summary>
    public readonly struct Inside : IDisposable
    {
        readonly Activity? _span, _before;

        internal Inside(Activity? span)
        {
            if ((_span = span) is null) return;
            _before = Activity.Current;
            Activity.Current = span;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (_span is not null) Activity.Current = _before;
        }
    }

    /// <summary>Ends a span, if there is one, with an error, if there is one.</summary>
    public static void End(this Activity? span, string? error = null)
    {
        if (span is null) return;
        if (error is not null) span.SetStatus(ActivityStatusCode.Error, error);
        var here = Activity.Current;
        span.Dispose();
        if (here != span) Activity.Current = here; // it was detached
    }

    /// <summary>What a <c>traceparent</c> says; nothing where it is none, as it may come from outside.</summary>
    public static ActivityContext Read(string? parent) => ActivityContext.TryParse(parent, null, isRemote: true, out var context) ? context : default;
}
