using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;
using Convoy.Shared.Tests.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class JobTelemetryTests : IDisposable
{
    const string Id = "told";

    readonly ConcurrentQueue<Activity> _ended = new();
    readonly ActivityListener _listener;

    public JobTelemetryTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Tracing.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void A_job_that_another_process_takes_over_goes_on_in_the_trace_of_its_request()
    {
        var request = Tracing.Start("request")!;
        var job = Job(request.Id);
        request.Stop();
        var (one, other) = (new JobTelemetry(TimeProvider.System, NullLogger.Instance), new JobTelemetry(TimeProvider.System, NullLogger.Instance));
        one.Follow(job, []);
        one.Stop();
        other.Follow(job, []);
        var context = Tracing.Read(other.Context);
        other.Stop();

        Assert.Equal([request.SpanId, request.SpanId], Spans(request).Select(span => span.ParentSpanId));
        Assert.Equal((request.TraceId, Spans(request)[1].SpanId), (context.TraceId, context.SpanId));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public void A_paused_job_has_no_span_and_one_that_goes_on_has_another_until_it_fails_with_its_error()
    {
        var request = Tracing.Start("request")!;
        request.Stop();
        var telemetry = new JobTelemetry(TimeProvider.System, NullLogger.Instance);
        var job = Tell(telemetry, Job(request.Id), new JobPaused(null));
        Assert.Null(telemetry.Context);
        job = Tell(telemetry, job, new JobResumed(null));
        Assert.NotNull(telemetry.Context);
        Tell(telemetry, job, new JobFailed("the loss is not a number"));

        Assert.Equal([("paused", ActivityStatusCode.Unset, null), ("failed", ActivityStatusCode.Error, "the loss is not a number")],
            Spans(request).Select(span => ((string)span.GetTagItem(Attributes.State)!, span.Status, span.StatusDescription)));
    }

    [Fact]
    public void The_gauges_of_a_job_are_there_until_it_has_ended()
    {
        var telemetry = new JobTelemetry(TimeProvider.System, NullLogger.Instance);
        var job = Job(null);
        Assert.Empty(States());
        telemetry.Follow(job, []);
        Assert.Equal(["queued"], States());
        Tell(telemetry, job, new JobCancelled(Id));
        Assert.Empty(States());
    }

    [Fact]
    public void What_a_job_has_not_saved_counts_from_when_it_could_have()
    {
        var (time, start) = (new FakeTimeProvider(), 0L);
        var telemetry = new JobTelemetry(time, NullLogger.Instance);
        start = time.GetUtcNow().ToUnixTimeSeconds();
        var job = Job(null);
        telemetry.Follow(job, []);
        Assert.Equal(0, SavedAt());
        time.Advance(TimeSpan.FromHours(1));
        job = Tell(telemetry, job, new WorldFormed(1, ["w"], null));
        Assert.Equal(3600, SavedAt());
        time.Advance(TimeSpan.FromHours(1));
        job = Tell(telemetry, job, new WorldFormed(2, ["v"], null)); // without a break
        Assert.Equal(3600, SavedAt());
        job = Tell(telemetry, job, new CheckpointSaved(new Checkpoint("c", 1, 1, "", 1, false)));
        Assert.Equal(7200, SavedAt());
        Tell(telemetry, job, new JobCancelled(Id));

        double SavedAt()
        {
            using var heard = new Measurements("convoy.job.checkpoint.time");
            return Assert.Single(heard.Read("convoy.job.checkpoint.time", Id)) - start;
        }
    }

    [Fact]
    public void The_life_of_a_job_is_logged_with_the_ids_of_its_trace()
    {
        var request = Tracing.Start("request")!;
        request.Stop();
        var log = new Records();
        var telemetry = new JobTelemetry(TimeProvider.System, log);
        var job = Job(request.Id);
        telemetry.Follow(job, [new JobSubmitted(Id, "", "", job.Plan)]);
        job = Tell(telemetry, job, new WorldFormed(1, ["w1", "w2"], null));
        job = Tell(telemetry, job, new EpochCompleted(new EpochMetrics(1, new Metrics(1, 1, 1), null, 1, 1)));
        job = Tell(telemetry, job, new JobPaused(null));
        job = Tell(telemetry, job, new JobResumed(null));
        Tell(telemetry, job, new JobFailed("the loss is not a number"));

        Assert.Equal(["job told: submitted", "job told: world 1 forms on w1, w2", "job told: paused; holds no slots", "job told: resumed", "job told: failed: the loss is not a number"], log.Lines.Select(line => line.Text));
        Assert.All(log.Lines, line => Assert.Equal(request.TraceId, line.Trace));
    }

    sealed class Records : ILogger
    {
        public List<(string Text, ActivityTraceId? Trace)> Lines { get; } = [];
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add((formatter(state, exception), Activity.Current?.TraceId));
    }

    static JobState Job(string? trace) => JobState.Empty.Apply(new JobSubmitted(Id, "", "", JobState.Empty.Plan, Trace: trace));

    static JobState Tell(JobTelemetry telemetry, JobState job, IJobEvent change)
    {
        telemetry.Follow(job, []);
        job = job.Apply(change);
        telemetry.Follow(job, [change]);
        return job;
    }

    List<Activity> Spans(Activity request) => [.. _ended.Where(span => span.TraceId == request.TraceId && span.OperationName == Shared.Telemetry.Spans.Job)];

    // Other tests have jobs, too.
    static List<string> States()
    {
        var states = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) => { if (instrument.Name == "convoy.job.state") meters.EnableMeasurementEvents(instrument); };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var named = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!);
            if (named[Attributes.Job] == Id) states.Add(named[Attributes.State]);
        });
        _ = Instruments.Jobs;
        listener.Start();
        listener.RecordObservableInstruments();
        return states;
    }
}
