using Convoy.Shared.Hosting;

namespace Convoy.Cli.Jobs;

/// <summary>Starts what runs jobs.</summary>
public interface IJobHost
{
    /// <summary>Starts it; the journal lies in <paramref name="folder"/>.</summary>
    Task<IJobClient> StartAsync(string folder, ClusterSize size, CancellationToken cancel);

    /// <summary>Whether a run of this host left its journal in the folder.</summary>
    bool HasJournal(string folder);
}

/// <summary>Starts what runs sweeps.</summary>
public interface ISweepHost
{
    /// <summary>Starts it; the journal lies in <paramref name="folder"/>.</summary>
    /// <param name="folder">Absolute.</param>
    /// <param name="size">Replicas that find room.</param>
    /// <param name="cancel">Gives up.</param>
    Task<ISweepClient> StartSweepsAsync(string folder, ClusterSize size, CancellationToken cancel);
}

/// <summary>How large a cluster is to be.</summary>
/// <param name="Slots">Replicas that find room.</param>
/// <param name="Device">What they compute on, as <see cref="Worker.Devices.ComputeDevices.Find"/> takes it.</param>
/// <param name="Augmenters">Processes that make the batches; 0 has the replicas make their own.</param>
public sealed record ClusterSize(int Slots, string Device, int Augmenters = 0);
