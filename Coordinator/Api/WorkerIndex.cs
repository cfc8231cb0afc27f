using Akka.Actor;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Api;

/// <summary>The workers that the scheduler knows.</summary>
sealed class WorkerIndex(IActorRef scheduler)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task<WorkerList> ListAsync(CancellationToken cancel)
    {
        try
        {
            return await scheduler.AskAgainAsync<WorkerList>(new GetWorkers(), Patience, cancel);
        }
        catch (AskTimeoutException error)
        {
            throw new JobException($"the scheduler does not answer within {Patience.TotalSeconds:F0} s", error);
        }
    }
}
