namespace Convoy.Cli.Runs;

/// <summary>What <c>convoy train</c> was asked for; paths as the user wrote them.</summary>
public sealed record TrainRequest
{
    /// <summary>A preset's name or a spec's path; may be left out when resuming.</summary>
    public string? Source { get; init; }
    /// <summary>A model to make a spec from the data with, in place of a preset or spec: <see cref="SmallModel.Name"/>.</summary>
    public string? Model { get; init; }
    /// <summary>Changes to the spec, <c>key=value</c> each.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];
    /// <summary>The folder with the data.</summary>
    public string? Data { get; init; }
    /// <summary>Number of epochs.</summary>
    public int? Epochs { get; init; }
    /// <summary>Number of replicas.</summary>
    public int? Workers { get; init; }
    /// <summary>What replicas compute on; null for the environment's choice.</summary>
    public string? Device { get; init; }
    /// <summary>The seed.</summary>
    public int? Seed { get; init; }
    /// <summary>The run's folder.</summary>
    public string? Out { get; init; }
    /// <summary>Go on with a run.</summary>
    public bool Resume { get; init; }
    /// <summary>Goes on though the data has changed.</summary>
    public bool AcceptChangedData { get; init; }
    /// <summary>Replicas are processes of their own.</summary>
    public bool Processes { get; init; }
    /// <summary>Processes that make the batches.</summary>
    public int Augmenters { get; init; }
    /// <summary>The running coordinator that trains; null for this machine alone.</summary>
    public Uri? Server { get; init; }
    /// <summary>What it is called there; null leaves it to the name and the time.</summary>
    public string? Id { get; init; }
    /// <summary>Whose slots come first on the server; null for neither before nor after others.</summary>
    public int? Priority { get; init; }
    /// <summary>One JSON document at the end.</summary>
    public bool Json { get; init; }
}
