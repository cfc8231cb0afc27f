using Akka.Actor;
using Akka.Cluster;
using Convoy.Shared.Data;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Augmentation.Streaming;

/// <summary>The augmenters among the members of the cluster that a node belongs to.</summary>
/// <param name="system">The node's.</param>
/// <param name="region">The way to the streams.</param>
public sealed class StreamDirectory(ActorSystem system, IActorRef region) : IStreamDirectory
{
    static readonly TimeSpan BetweenAsks = TimeSpan.FromSeconds(2);
    readonly Cluster _cluster = Cluster.Get(system);

    /// <inheritdoc/>
    public bool HasAugmenters
    {
        get
        {
            var state = _cluster.State;
            return !_cluster.IsTerminated && state.Members.Any(member => member.Status == MemberStatus.Up && member.HasRole(NodeRoles.Augmenter) && !state.Unreachable.Contains(member));
        }
    }

    /// <inheritdoc/>
    public async Task<StreamOpened> OpenAsync(OpenStream request, CancellationToken cancel)
    {
        while (HasAugmenters)
        {
            try
            {
                return await region.Ask<object>(request, BetweenAsks, cancel) switch
                {
                    StreamOpened opened => opened,
                    StreamRefused refused => throw new DataException(refused.Reason),
                    var other => throw new DataException($"an augmenter answered {other.GetType().Name}"),
                };
            }
            catch (AskTimeoutException)
            {
                // Still opening its data, or lost with its node: opened again, once.
            }
        }
        throw new StreamLostException("no augmenter of the cluster can be reached");
    }
}
