using System.Diagnostics;
using Convoy.Shared.Telemetry;
using Convoy.Worker.Gradients;

namespace Convoy.Worker.Training;

/// <summary>What a replica's steps tell those who listen: all of them as measurements, and as spans the first of an epoch, one in so many, those that
/// took far longer than others and the one that failed. Spans are made once a step is done, from what its clock has measured.</summary>
/// <param name="jobId">Whose steps.</param>
/// <param name="rank">In its world.</param>
/// <param name="every">One step in so many has a span.</param>
public sealed class StepTelemetry(string jobId, int rank, int every = Tracing.StepsPerSpan) : IDisposable
{
    const double Slow = 3; // times the median
    const double Weight = 0.1; // of the latest step in the mean that is shown
    const int FewestToCompare = 10;
    const int StepsPerSlow = 50; // on a noisy machine many are

    readonly double[] _recent = new double[64];
    Activity? _epoch;
    bool _isFirst;
    int _epochNumber;
    int _steps, _slow;
    double _compute;

    /// <summary>How many shares of batches the replica has run its model over.</summary>
    public Func<long> Batches { get; init; } = () => 0;

    /// <summary>The replica begins to work.</summary>
    // Counters that are watched for a first increase are there before it.
    public void Begin()
    {
        Instruments.Replicas.Add(this, () => new ReplicaFigures(jobId, rank, _compute, Batches()));
        Instruments.LossesNotFinite.Add(0);
    }

    /// <summary>A step of this epoch begins; the first one begins its span.</summary>
    public void Enter(int epoch)
    {
        if (_epochNumber == epoch) return;
        Leave();
        _epochNumber = epoch;
        _epoch = Tracing.Start(Spans.Epoch)?.SetTag(Attributes.Epoch, epoch).SetTag(Attributes.Rank, rank);
        _isFirst = true;
    }

    /// <summary>The step is done.</summary>
    /// <param name="step">From 1, over the run.</param>
    /// <param name="samples">The replica's share.</param>
    /// <param name="clock">Its phases.</param>
    /// <param name="buckets">Its all-reduces.</param>
    public void Done(long step, int samples, StepClock clock, IReadOnlyList<SummedBucket> buckets)
    {
        Measure(samples, clock, buckets);
        var total = clock.Seconds.Total;
        if (_epoch is { Recorded: true } && WhyShown(step, total) is { } why)
        {
            if (why == "slow") _slow++;
            Show(step, samples, clock, buckets, why).End();
        }
        _recent[_steps++ % _recent.Length] = total;
        _isFirst = false;
    }

    /// <summary>The step is not done, and will not be.</summary>
    public void Failed(long step, StepClock clock, Exception error)
    {
        clock.Finish();
        if (_epoch is { Recorded: true }) Show(step, 0, clock, [], "failed", error.Message).End(error.Message);
        _epoch?.SetStatus(ActivityStatusCode.Error, error.Message);
    }

    /// <summary>The epoch under way is done or left, if there is one.</summary>
    public void Leave()
    {
        _epoch.End();
        (_epoch, _epochNumber) = (null, 0);
    }

    /// <summary>Nothing more will be told.</summary>
    public void Dispose()
    {
        Leave();
        Instruments.Replicas.Remove(this);
    }

    void Measure(int samples, StepClock clock, IReadOnlyList<SummedBucket> buckets)
    {
        var seconds = clock.Seconds;
        var compute = seconds.Forward + seconds.Backward + seconds.Optimizer;
        _compute = _steps == 0 ? compute : (1 - Weight) * _compute + Weight * compute;
        Instruments.Trained.Add(samples);
        Instruments.Steps.Record(seconds.Total);
        if (Instruments.StepPhases.Enabled)
            foreach (var (phase, spent) in seconds.ByPhase()) Instruments.StepPhases.Record(spent, phase.Tag());
        if (!Instruments.AllReduces.Enabled) return;
        foreach (var bucket in buckets)
        {
            Instruments.AllReduces.Record(clock.Between(bucket.From, bucket.To));
            Instruments.AllReduceBytes.Add(bucket.Bytes);
        }
    }

    string? WhyShown(long step, double total) =>
        _isFirst ? "first" : step % every == 0 ? "regular" : total > Slow * Median() && _slow * StepsPerSlow <= _steps ? "slow" : null;

    double Median()
    {
        if (_steps < FewestToCompare) return double.PositiveInfinity;
        Span<double> sorted = stackalloc double[Math.Min(_steps, _recent.Length)];
        _recent.AsSpan(0, sorted.Length).CopyTo(sorted);
        sorted.Sort();
        return sorted[sorted.Length / 2];
    }

    Activity? Show(long step, int samples, StepClock clock, IReadOnlyList<SummedBucket> buckets, string why, string? error = null)
    {
        var phases = clock.Phases.ToList();
        if (phases.Count == 0) return null;
        var span = Begin(Spans.Step, clock.TimeOf(phases[0].From));
        if (span is null) return null;
        span.SetTag(Attributes.Step, step).SetTag(Attributes.Samples, samples).SetTag(Attributes.Sampled, why);
        for (var place = 0; place < phases.Count; place++)
        {
            var (phase, from, to) = phases[place];
            Begin(phase.SpanName(), clock.TimeOf(from))?.SetEndTime(clock.TimeOf(to).UtcDateTime).End(place == phases.Count - 1 ? error : null); // it failed in the last
        }
        foreach (var bucket in buckets) Begin(Spans.Bucket, clock.TimeOf(bucket.From))?.SetTag(Attributes.Bytes, bucket.Bytes).SetEndTime(clock.TimeOf(bucket.To).UtcDateTime).Dispose();
        return span.SetEndTime(clock.TimeOf(phases[^1].To).UtcDateTime);
    }

    static Activity? Begin(string name, DateTimeOffset at) => Tracing.Source.StartActivity(name, ActivityKind.Internal, default(ActivityContext), startTime: at);
}
