using System.Diagnostics;
using Convoy.Shared.Telemetry;

namespace Convoy.Shared.Tests.Telemetry;

/// <summary>Traces as samplers see them that decide at a trace's root.</summary>
[CollectionDefinition(nameof(TracingTests), DisableParallelization = true)]
[Collection(nameof(TracingTests))]
public sealed class TracingTests
{
    [Fact]
    public void A_trace_that_its_sampler_leaves_out_is_left_out_in_every_process_it_comes_to()
    {
        using var listener = Listening(sampled: false);
        using var request = Tracing.Start("request")!;
        Assert.EndsWith("-00", Tracing.Here);

        var job = new LiveSpan(Spans.Job);
        job.Begin(Tracing.Here);
        Assert.EndsWith("-00", job.Context);
        Assert.Equal(request.TraceId, Tracing.Read(job.Context).TraceId);
        using var elsewhere = Tracing.Start(Spans.Generation, parent: job.Context);
        Assert.False(elsewhere?.Recorded ?? false);
        job.End("completed");
    }

    [Fact]
    public void A_trace_that_its_sampler_takes_is_taken_in_every_process_it_comes_to()
    {
        using var listener = Listening(sampled: true);
        using var request = Tracing.Start("request")!;
        var job = new LiveSpan(Spans.Job);
        job.Begin(Tracing.Here);
        using var elsewhere = Tracing.Start(Spans.Generation, parent: job.Context)!;
        Assert.Equal((true, request.TraceId), (elsewhere.Recorded, elsewhere.TraceId));
        job.End("completed");
    }

    [Fact]
    public void Where_nobody_traces_nothing_travels_though_there_is_an_activity()
    {
        using var others = new Activity("of the web server").Start();
        Assert.Null(Tracing.Here);
        Assert.Null(Tracing.Start("request"));
    }

    [Fact]
    public void A_thread_is_in_a_span_for_a_while()
    {
        using var listener = Listening(sampled: true);
        var job = new LiveSpan(Spans.Job);
        using (job.Enter()) Assert.Null(Activity.Current);
        job.Begin(null);
        using (job.Enter()) Assert.Equal(job.Context, Activity.Current?.Id);
        Assert.Null(Activity.Current);
        job.End("completed");
    }

    // As OpenTelemetry's samplers that follow the parent do.
    static ActivityListener Listening(bool sampled)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Tracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> creation) =>
                creation.Parent.TraceId == default ? sampled ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData
                : creation.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded
                : creation.Parent.IsRemote ? ActivitySamplingResult.PropagationData : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
