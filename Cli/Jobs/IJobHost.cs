using Convoy.Shared.Hosting;

namespace Convoy.Cli.Jobs;

/// <summary>Starts what runs jobs.</summary>
public interface IJobHost
{
    /// <summary>Starts it; <paramref name="slots"/> replicas find room, and the journal lies in <paramref name="folder"/>.</summary>
    Task<IJobClient> StartAsync(string folder, int slots, CancellationToken cancel);

    /// <summary>Whether a run of this host left its journal in the folder.</summary>
    bool HasJournal(string folder);
}
