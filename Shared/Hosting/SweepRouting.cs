using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Key in the actor registry: the sweeps' shard region, or the proxy to it. Takes every <see cref="ISweepMessage"/>.</summary>
public sealed class SweepRegion;

/// <summary>How sweeps are reached.</summary>
public static class SweepRouting
{
    /// <summary>The shard region's type name.</summary>
    public const string RegionName = "sweep";

    /// <summary>Adds the way to the sweeps on a node that holds none.</summary>
    public static AkkaConfigurationBuilder AddSweepRegionProxy(this AkkaConfigurationBuilder akka) =>
        akka.WithShardRegionProxy<SweepRegion>(RegionName, NodeRoles.Coordinator, new SweepExtractor());
}

/// <summary>Sweep id of a message, shard of a sweep id.</summary>
public sealed class SweepExtractor() : HashCodeMessageExtractor(Shards)
{
    // Stands in the journal of remembered entities: never changes.
    const int Shards = 10;

    /// <inheritdoc/>
    public override string? EntityId(object message) => (message as ISweepMessage)?.SweepId;
}
