namespace Convoy.Cli.Sweeps;

/// <summary>What <c>convoy sweep</c> was asked for; paths as the user wrote them.</summary>
public sealed record SweepRequest
{
    /// <summary>A preset's name or a spec's path; may be left out when resuming.</summary>
    public string? Source { get; init; }
    /// <summary>Changes to the spec, <c>key=value</c> each.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];
    /// <summary>The folder with the data.</summary>
    public string? Data { get; init; }
    /// <summary>Most trials at a time.</summary>
    public int? Parallel { get; init; }
    /// <summary>Replicas that find room.</summary>
    public int? Workers { get; init; }
    /// <summary>What replicas compute on; null for the environment's choice.</summary>
    public string? Device { get; init; }
    /// <summary>The sweep's seed.</summary>
    public int? Seed { get; init; }
    /// <summary>The sweep's folder.</summary>
    public string? Out { get; init; }
    /// <summary>Go on with a sweep.</summary>
    public bool Resume { get; init; }
    /// <summary>Only say what would be done.</summary>
    public bool DryRun { get; init; }
    /// <summary>The running coordinator that seeks; null for this machine alone.</summary>
    public Uri? Server { get; init; }
    /// <summary>What it is called there; null leaves it to the name and the time.</summary>
    public string? Id { get; init; }
    /// <summary>Whose slots come first on the server; null for neither before nor after others.</summary>
    public int? Priority { get; init; }
    /// <summary>One JSON document at the end.</summary>
    public bool Json { get; init; }
}

/// <summary>A sweep that is about to start or to go on.</summary>
/// <param name="SweepId">The folder's name: the folder holds the journal in which the sweep has this id.</param>
/// <param name="Folder">The sweep's folder, absolute.</param>
/// <param name="Spec">What is sought.</param>
/// <param name="Base">What every trial has in common.</param>
/// <param name="Slots">Replicas that find room.</param>
/// <param name="Resumes">Whether the sweep is in the folder's journal already.</param>
/// <param name="IsBare">Whether nothing in the folder says so: then it may not be there, and is submitted.</param>
public sealed record SweepRun(string SweepId, string Folder, Shared.Specs.Sweeps.SweepSpec Spec, Shared.Specs.TrainingSpec Base, int Slots, bool Resumes, bool IsBare = false);
