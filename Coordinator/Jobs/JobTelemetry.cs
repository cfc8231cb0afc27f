using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;
using Microsoft.Extensions.Logging;

namespace Convoy.Coordinator.Jobs;

/// <summary>What a job tells those who listen: a span for as long as it wants slots or has them, gauges for as long as it has not ended, and log records
/// of its life with the span's ids. After a move to another process span and gauges begin again, the span in the same trace.</summary>
sealed partial class JobTelemetry(TimeProvider time, ILogger log)
{
    readonly LiveSpan _span = new(Spans.Job);
    JobState _state = JobState.Empty;
    StepProgress? _progress;
    double _savedAt = Seconds(time);

    /// <summary>The <c>traceparent</c> of its span.</summary>
    public string? Context => _span.Context;

    /// <summary>Has this thread be in its span until disposed of.</summary>
    public Tracing.Inside Enter() => _span.Enter();

    /// <summary>The job has come to this state, by these events.</summary>
    public void Follow(JobState state, IReadOnlyList<IJobEvent> events)
    {
        if (state.IsEmpty) return;
        var hadWorld = _state.HasWorld;
        _state = state;
        if (events.Any(change => change is CheckpointSaved)) _savedAt = Seconds(time);
        if (events.Any(change => change is WorldFormed)) Formed(hadWorld);
        if (state.HasEnded) End(events);
        else Live(events);
    }

    /// <summary>The job has made progress.</summary>
    public void Progress(IReplicaReport report) => _progress = report as StepProgress ?? _progress;

    /// <summary>The job is put away, or moves to another process.</summary>
    public void Stop()
    {
        Instruments.Jobs.Remove(this);
        _span.End(StateName);
    }

    // What a job has not saved while it waited for slots it could not have saved.
    void Formed(bool hadWorld)
    {
        if (!hadWorld) _savedAt = Seconds(time);
        _progress = null;
        Instruments.Worlds.Add(1);
    }

    void Live(IReadOnlyList<IJobEvent> events)
    {
        Instruments.Jobs.Add(this, () => new JobFigures(_state.View(), _progress, _savedAt));
        if (_state.Phase != JobPhase.Paused) _span.Begin(_state.Trace, new(Attributes.Job, _state.JobId), new(Attributes.JobName, _state.Plan.Name));
        Log(events);
        if (_state.Phase == JobPhase.Paused) _span.End(StateName);
    }

    void End(IReadOnlyList<IJobEvent> events)
    {
        if (events.Any(change => change is JobCompleted or JobFailed or JobCancelled)) Instruments.JobsEnded.Add(1, new KeyValuePair<string, object?>(Attributes.State, StateName));
        Instruments.Jobs.Remove(this);
        Log(events);
        _span.End(StateName, _state.Error);
    }

    // Its timeline, without what every epoch brings.
    void Log(IReadOnlyList<IJobEvent> events)
    {
        using var inside = Enter();
        foreach (var change in events.OfType<IJournalled>().Where(change => change is not (EpochCompleted or CheckpointSaved)))
            if (JobTimeline.Of(0, default, change) is { } told) Tell(log, LevelOf(change), _state.JobId, told.Text);
    }

    static LogLevel LevelOf(IJournalled change) => change switch
    {
        JobFailed => LogLevel.Error,
        JobWarned => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    [LoggerMessage(Message = "job {Job}: {Text}")]
    static partial void Tell(ILogger log, LogLevel level, string job, string text);

    static double Seconds(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0; // since 1970

    string StateName => _state.Phase.ToString().ToLowerInvariant();
}
