using Convoy.Shared.Transport;
using Convoy.Worker.Devices;
using Convoy.Worker.Features;
using Convoy.Worker.Training;

namespace Convoy.Worker;

/// <summary>What a worker node offers.</summary>
public sealed record WorkerOptions
{
    /// <summary>Unique in the cluster and over restarts.</summary>
    public string WorkerId { get; init; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}"[..Math.Min(60, Environment.MachineName.Length + 20)];
    /// <summary>How many replicas it holds at once.</summary>
    public int Slots { get; init; } = 1;
    /// <summary>What its replicas compute on.</summary>
    public ComputeDevices Devices { get; init; } = ComputeDevices.Cpu;
    /// <summary>Threads that libtorch may use, over all slots.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
    /// <summary>Where peers reach its data plane.</summary>
    public string Host { get; init; } = "127.0.0.1";
    /// <summary>What it proves to its peers on the data plane; null speaks plainly.</summary>
    public NodeIdentity? Identity { get; init; }
    /// <summary>The folder where it keeps what frozen bases make of pictures.</summary>
    public string Features { get; init; } = FeatureFolder.Default;
    /// <summary>Follows its replicas through their phases.</summary>
    public IReplicaProbe Probe { get; init; } = IReplicaProbe.None;
}
