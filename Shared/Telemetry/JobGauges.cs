using System.Diagnostics.Metrics;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Telemetry;

/// <summary>What is told of a job that has not ended.</summary>
/// <param name="View">The job.</param>
/// <param name="Progress">Its latest; null before the first of its world.</param>
/// <param name="SavedAt">When its latest checkpoint was stored, or when the job was found without any; in seconds since 1970.</param>
public sealed record JobFigures(JobView View, StepProgress? Progress, double SavedAt);

/// <summary>Gauges of jobs.</summary>
static class JobGauges
{
    public static LiveSeries<JobFigures> On(Meter meter) => new LiveSeries<JobFigures>(meter)
        .With("convoy.job.state", "1", "1 for the state that a job is in.", job => [Of(job, 1, Instruments.State(NameOf(job.View.Phase)))])
        .With("convoy.job.world.size", "{rank}", "Ranks of a job's latest world.", job => [Of(job, job.View.WorldSize)])
        .With("convoy.job.epoch", "{epoch}", "Epochs that a job has done.", job => [Of(job, job.View.History.Count)])
        .With("convoy.job.step", "{step}", "Steps that a job has done.", job => [Of(job, job.View.Step)])
        .With("convoy.job.loss", "1", "Mean loss: of the epoch under way in training, of the latest epoch in validation.", job => Scores(job, job.Progress?.Loss, metrics => metrics.Loss))
        .With("convoy.job.accuracy", "1", "Accuracy, 0 to 1: of the epoch under way in training, of the latest epoch in validation.", job => Scores(job, job.Progress?.Accuracy, metrics => metrics.Accuracy))
        .With("convoy.job.samples", "{sample}/s", "Samples a second that a job's world has recently trained on.", job => job.Progress is { } progress ? [Of(job, progress.ImagesPerSecond)] : [])
        .With("convoy.job.step.duration", "s", "Where the time of a recent step went on rank 0.", job => job.Progress is { } progress ? Phases(job, progress.StepSeconds) : [])
        .With("convoy.job.checkpoint.time", "s", "When a job's latest checkpoint was stored, in seconds since 1970.", job => [Of(job, job.SavedAt)]);

    static IEnumerable<Measurement<double>> Scores(JobFigures job, double? live, Func<Metrics, double> of)
    {
        var latest = job.View.History.LastOrDefault();
        if ((live ?? (latest is null ? null : of(latest.Train))) is { } train) yield return Of(job, train, Split("train"));
        if (latest?.Validation is { } validation) yield return Of(job, of(validation), Split("validation"));
    }

    static KeyValuePair<string, object?> Split(string name) => new(Attributes.Split, name);

    static IEnumerable<Measurement<double>> Phases(JobFigures job, StepSeconds seconds) =>
        seconds.ByPhase().Select(part => Of(job, part.Seconds, part.Phase.Tag()));

    static Measurement<double> Of(JobFigures job, double value, params ReadOnlySpan<KeyValuePair<string, object?>> more) =>
        new(value, [new(Attributes.Job, job.View.JobId), new(Attributes.JobName, job.View.Name), .. more]);

    static string NameOf(JobPhase phase) => phase.ToString().ToLowerInvariant();
}
