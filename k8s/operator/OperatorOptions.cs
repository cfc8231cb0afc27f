namespace Convoy.Operator;

/// <summary>What an operator is told.</summary>
public sealed record OperatorOptions
{
    /// <summary>The namespace whose resources it looks after.</summary>
    public required string Namespace { get; init; }
    /// <summary>How often a job that is under way is looked at.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>How often everything else is, whatever the watches say.</summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromMinutes(5);
    /// <summary>How long the API server is asked to hold a watch.</summary>
    public TimeSpan WatchLength { get; init; } = TimeSpan.FromMinutes(5);
    /// <summary>How long one look at a resource may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);
    /// <summary>The waits after failures: of a resource, and of a watch.</summary>
    public Backoff Backoff { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
}
