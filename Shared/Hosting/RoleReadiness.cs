using Akka.Actor;
using Akka.Cluster.Sharding;
using Convoy.Shared.Protocol;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Convoy.Shared.Hosting;

/// <summary>Whether a node can be used for what it is there for. Its roles bring the questions; each is answered by what it still waits for, or by nothing.</summary>
public sealed class RoleReadiness : IHealthCheck
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly Lock _lock = new();
    readonly List<Func<CancellationToken, Task<string?>>> _questions = [];

    /// <summary>Adds a question to an actor, which must answer.</summary>
    /// <param name="actor">Who is asked.</param>
    /// <param name="question">What.</param>
    /// <param name="waits">What an answer says is waited for; null for nothing.</param>
    /// <param name="silent">What is waited for where there is no answer.</param>
    public void Ask(ICanTell actor, object question, Func<object, string?> waits, string silent)
    {
        lock (_lock) _questions.Add(cancel => AskAsync(actor, question, waits, silent, cancel));
    }

    /// <summary>The scheduler must answer.</summary>
    public void AskScheduler(ICanTell scheduler) => Ask(scheduler, new GetWorkers(), _ => null, "the cluster's scheduler does not answer");

    /// <summary>A shard region must be known to the coordinator of its shards.</summary>
    public void AskRegion(ICanTell region, string what) => Ask(region, GetCurrentRegions.Instance, _ => null, $"the node is not registered for {what} yet");

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Func<CancellationToken, Task<string?>>[] questions;
        lock (_lock) questions = [.. _questions];
        if (questions.Length == 0) return HealthCheckResult.Unhealthy("the node's actors are not made yet");
        var waits = (await Task.WhenAll(questions.Select(question => question(cancellationToken)))).OfType<string>().ToList();
        return waits.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(string.Join("; ", waits));
    }

    static async Task<string?> AskAsync(ICanTell actor, object question, Func<object, string?> waits, string silent, CancellationToken cancel)
    {
        try
        {
            return waits(await actor.Ask<object>(question, Patience, cancel));
        }
        catch (AskTimeoutException)
        {
            return silent;
        }
    }
}
