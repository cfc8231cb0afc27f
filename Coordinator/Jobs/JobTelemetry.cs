using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;

namespace Convoy.Coordinator.Jobs;

/// <summary>What a job tells those who listen: a span for as long as it wants slots or has them, and gauges for as long as it has not ended. After a
/// move to another process both begin again, the span in the same trace.</summary>
sealed class JobTelemetry(TimeProvider time)
{
    readonly LiveSpan _span = new(Spans.Job);
    JobState _state = JobState.Empty;
    StepProgress? _progress;
    double _savedAt = Seconds(time);

    /// <summary>The <c>traceparent</c> of its span.</summary>
    public string? Context => _span.Context;

    /// <summary>The job has come to this state, by these events.</summary>
    public void Follow(JobState state, IReadOnlyList<IJobEvent> events)
    {
        if (state.IsEmpty) return;
        _state = state;
        if (events.Any(change => change is CheckpointSaved)) _savedAt = Seconds(time);
        if (events.Any(change => change is WorldFormed)) Formed();
        if (state.HasEnded) End(events);
        else Live();
    }

    /// <summary>The job has made progress.</summary>
    public void Progress(IReplicaReport report) => _progress = report as StepProgress ?? _progress;

    /// <summary>The job is put away, or moves to another process.</summary>
    public void Stop()
    {
        Instruments.Jobs.Remove(this);
        _span.End(StateName);
    }

    void Formed()
    {
        _progress = null;
        Instruments.Worlds.Add(1);
    }

    void Live()
    {
        Instruments.Jobs.Add(this, () => new JobFigures(_state.View(), _progress, _savedAt));
        if (_state.Phase == JobPhase.Paused) _span.End(StateName);
        else _span.Begin(_state.Trace, new(Attributes.Job, _state.JobId), new(Attributes.JobName, _state.Plan.Name));
    }

    void End(IReadOnlyList<IJobEvent> events)
    {
        if (events.Any(change => change is JobCompleted or JobFailed or JobCancelled)) Instruments.JobsEnded.Add(1, new KeyValuePair<string, object?>(Attributes.State, StateName));
        Instruments.Jobs.Remove(this);
        _span.End(StateName, _state.Error);
    }

    static double Seconds(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0; // since 1970

    string StateName => _state.Phase.ToString().ToLowerInvariant();
}
