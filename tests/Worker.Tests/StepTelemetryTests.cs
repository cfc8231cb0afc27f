using System.Collections.Concurrent;
using System.Diagnostics;
using Convoy.Shared.Protocol;
using Convoy.Shared.Telemetry;
using Convoy.Worker.Gradients;
using Convoy.Worker.Training;
using Microsoft.Extensions.Time.Testing;

namespace Convoy.Worker.Tests;

[Collection(nameof(CountersTests))] // where nobody listens nothing is allocated
public sealed class StepTelemetryTests : IDisposable
{
    const int Every = 20;

    readonly FakeTimeProvider _time = new();
    readonly StepClock _clock;
    readonly StepTelemetry _telemetry = new("job", 0, Every);
    long _step;

    public StepTelemetryTests() => _clock = new StepClock(_time);

    public void Dispose() => _telemetry.Dispose();

    [Fact]
    public void The_first_step_of_an_epoch_has_a_span_and_one_in_so_many_and_the_slow_ones()
    {
        using var heard = new Heard();
        for (var step = 1; step <= 45; step++) Step(epoch: 1, milliseconds: step == 30 ? 100 : 10);
        _telemetry.Leave();
        Step(epoch: 2, milliseconds: 10);
        _telemetry.Leave();

        Assert.Equal([("1", "first"), ("20", "regular"), ("30", "slow"), ("40", "regular"), ("46", "first")],
            heard.Named(Spans.Step).Select(span => (Tag(span, Attributes.Step), Tag(span, Attributes.Sampled))));
        Assert.Equal(2, heard.Named(Spans.Epoch).Count);
    }

    [Fact]
    public void A_step_that_failed_has_a_span_with_its_error_and_ends_with_the_phase_that_it_failed_in()
    {
        using var heard = new Heard();
        Step(epoch: 1, milliseconds: 10);
        Step(epoch: 1, milliseconds: 10);
        _telemetry.Enter(1);
        _clock.Enter(ReplicaPhase.BatchWait);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _clock.Enter(ReplicaPhase.Forward);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        _telemetry.Failed(3, _clock, new PeerLostException("rank 1 is gone"));
        _telemetry.Leave();

        var failed = heard.Named(Spans.Step)[^1];
        Assert.Equal((ActivityStatusCode.Error, "rank 1 is gone", TimeSpan.FromMilliseconds(6)), (failed.Status, failed.StatusDescription, failed.Duration));
        Assert.Equal([Spans.BatchWait, Spans.Forward], heard.Spans.Where(span => span.ParentSpanId == failed.SpanId).Select(span => span.OperationName));
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(heard.Named(Spans.Epoch)).Status);
    }

    [Fact]
    public void The_phases_of_a_step_and_its_buckets_are_where_the_clock_has_seen_them()
    {
        using var heard = new Heard();
        _telemetry.Enter(1);
        var from = _time.GetUtcNow();
        Phase(ReplicaPhase.BatchWait, 1);
        Phase(ReplicaPhase.Forward, 2);
        _clock.Enter(ReplicaPhase.Backward);
        var bucket = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(4));
        Phase(ReplicaPhase.Exchange, 8);
        var end = _time.GetTimestamp();
        Phase(ReplicaPhase.Optimizer, 16);
        _clock.Finish();
        _telemetry.Done(1, samples: 32, _clock, [new SummedBucket(bucket, end, 1000), new SummedBucket(end, end, 20)]);
        _telemetry.Leave();

        var step = Assert.Single(heard.Named(Spans.Step));
        Assert.Equal((from, TimeSpan.FromMilliseconds(31)), (step.StartTimeUtc, step.Duration));
        Assert.Equal([(Spans.BatchWait, 0, 1), (Spans.Forward, 1, 2), (Spans.Backward, 3, 4), (Spans.AllReduce, 7, 8), (Spans.Optimizer, 15, 16), (Spans.Bucket, 3, 12), (Spans.Bucket, 15, 0)],
            heard.Spans.Where(span => span.ParentSpanId == step.SpanId)
                .Select(span => (span.OperationName, (int)(span.StartTimeUtc - from).TotalMilliseconds, (int)span.Duration.TotalMilliseconds)));
    }

    [Fact]
    public void An_all_reduce_in_one_piece_is_shown_as_its_one_bucket()
    {
        using var heard = new Heard();
        _telemetry.Enter(1);
        Phase(ReplicaPhase.Exchange, 8);
        _clock.Finish();
        _telemetry.Done(1, samples: 32, _clock, [new SummedBucket(_time.GetTimestamp(), _time.GetTimestamp(), 1000)]);
        _telemetry.Leave();
        Assert.Equal("1000", Tag(Assert.Single(heard.Named(Spans.Bucket)), Attributes.Bytes));
    }

    [Fact]
    public void Where_nobody_listens_a_step_allocates_nothing()
    {
        for (var step = 0; step < 3; step++) Step(epoch: 1, milliseconds: 10);
        IReadOnlyList<SummedBucket> buckets = [new SummedBucket(0, 1, 1000)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 1000; step++)
        {
            _telemetry.Enter(1);
            _telemetry.Done(step, 32, _clock, buckets);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    void Step(int epoch, int milliseconds)
    {
        _telemetry.Enter(epoch);
        Phase(ReplicaPhase.BatchWait, 0);
        Phase(ReplicaPhase.Forward, milliseconds);
        _clock.Finish();
        _telemetry.Done(++_step, samples: 32, _clock, []);
    }

    void Phase(ReplicaPhase phase, int milliseconds)
    {
        _clock.Enter(phase);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
    }

    static string? Tag(Activity span, string name) => span.GetTagItem(name)?.ToString();

    /// <summary>The spans of this test's thread, in the order in which they ended; other tests have traces of their own.</summary>
    sealed class Heard : IDisposable
    {
        readonly ConcurrentQueue<Activity> _ended = new();
        readonly ActivityListener _listener;
        readonly Activity _root;

        public Heard()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == Tracing.SourceName,
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
            _root = Tracing.Start("test")!;
        }

        public IReadOnlyList<Activity> Spans => [.. _ended.Where(span => span.TraceId == _root.TraceId)];

        public IReadOnlyList<Activity> Named(string name) => [.. Spans.Where(span => span.OperationName == name)];

        public void Dispose()
        {
            _root.Dispose();
            _listener.Dispose();
        }
    }
}
