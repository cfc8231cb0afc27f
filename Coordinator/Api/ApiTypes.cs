using System.Text.Json.Serialization;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Api;

/// <summary>A job or a sweep to start.</summary>
public sealed record JobSubmission
{
    /// <summary>The training or sweep spec as YAML text, or a preset's name.</summary>
    public required string Spec { get; init; }
    /// <summary>Changes to it, <c>key=value</c> each.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];
    /// <summary>Its name in place of the spec's.</summary>
    public string? Name { get; init; }
    /// <summary>Its id: letters of any script, digits and <c>-_.</c>; by default the name, the time and six random digits. The same spec again under the same id is the same job.</summary>
    public string? Id { get; init; }
    /// <summary>Its run folder, within the coordinator's folder of runs; by default the id.</summary>
    public string? Folder { get; init; }
    /// <summary>Whose slots come first: the higher, from -100 to 100.</summary>
    public int Priority { get; init; }
}

/// <summary>A job in a list.</summary>
public sealed record JobSummary(string JobId, string Name, JobPhase Phase, string? Why, int EpochsDone, int Epochs, long Step, long TotalSteps, int WorldSize, string Folder, int Priority)
{
    /// <summary>Of a job's view.</summary>
    public static JobSummary Of(JobView view) =>
        new(view.JobId, view.Name, view.Phase, view.Why, view.History.Count, view.Epochs, view.Step, view.TotalSteps, view.WorldSize, view.Folder, view.Priority);
}

/// <summary>One that did not answer when a list was made.</summary>
/// <param name="Id">Which.</param>
/// <param name="Why">In one line.</param>
public sealed record Unanswered(string Id, string Why);

/// <summary>The jobs of a journal, by id.</summary>
/// <param name="Jobs">Those that answered.</param>
/// <param name="Silent">The others; null for none.</param>
/// <param name="Next">To be given as 'after' for the rest; null where there is none.</param>
public sealed record JobList(IReadOnlyList<JobSummary> Jobs, IReadOnlyList<Unanswered>? Silent = null, string? Next = null);

/// <summary>A sweep in a list.</summary>
public sealed record ListedSweep(string SweepId, string Name, SweepPhase Phase, string? Why, string Metric, double? Best, TrialCounts Trials, long Epochs, string Folder, int Priority)
{
    /// <summary>Of a sweep's view.</summary>
    public static ListedSweep Of(SweepView view) =>
        new(view.SweepId, view.Name, view.Phase, view.Why, view.Metric, view.Best?.Objective, view.Counts, view.Spent.Epochs ?? 0, view.Folder, view.Priority);
}

/// <summary>The sweeps of a journal, by id.</summary>
/// <param name="Sweeps">Those that answered.</param>
/// <param name="Silent">The others; null for none.</param>
/// <param name="Next">To be given as 'after' for the rest; null where there is none.</param>
public sealed record SweepList(IReadOnlyList<ListedSweep> Sweeps, IReadOnlyList<Unanswered>? Silent = null, string? Next = null);

/// <summary>The trials of a sweep, by number.</summary>
public sealed record SweepTrials(IReadOnlyList<TrialView> Trials);

/// <summary>RFC 9457, with every problem of a spec.</summary>
public sealed record ApiProblem(string? Title, int Status, string? Detail, [property: JsonPropertyName("errors")] IReadOnlyList<string>? Errors = null);

/// <summary>Names of server-sent events.</summary>
public static class ApiEvents
{
    /// <summary>Data is a <see cref="JobView"/>, of a sweep a <see cref="SweepView"/>.</summary>
    public const string View = "view";
    /// <summary>Data is a <see cref="StepProgress"/>.</summary>
    public const string Progress = "progress";
    /// <summary>Data is a <see cref="FeatureProgress"/>.</summary>
    public const string Features = "features";
    /// <summary>Data is an <see cref="OverviewNews"/>.</summary>
    public const string Overview = "overview";

    /// <summary>The event that tells a piece of news.</summary>
    public static string Of(IWire news) => news switch { StepProgress => Progress, FeatureProgress => Features, _ => View };
}
