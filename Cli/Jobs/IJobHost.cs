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

/// <summary>How large a cluster is to be.</summary>
/// <param name="Slots">Replicas that find room.</param>
/// <param name="Augmenters">Processes that make the batches; 0 has the replicas make their own.</param>
public sealed record ClusterSize(int Slots, int Augmenters = 0);
