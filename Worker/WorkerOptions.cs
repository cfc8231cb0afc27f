namespace Convoy.Worker;

/// <summary>What a worker node offers.</summary>
public sealed record WorkerOptions
{
    /// <summary>Unique in the cluster and over restarts.</summary>
    public string WorkerId { get; init; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}"[..Math.Min(60, Environment.MachineName.Length + 20)];
    /// <summary>How many replicas it holds at once.</summary>
    public int Slots { get; init; } = 1;
    /// <summary>Where peers reach its data plane.</summary>
    public string Host { get; init; } = "127.0.0.1";
}
