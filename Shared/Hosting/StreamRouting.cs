using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Key in the actor registry: the batch streams' shard region, or the proxy to it. Takes every <see cref="IStreamMessage"/>.</summary>
public sealed class StreamRegion;

/// <summary>How batch streams are reached.</summary>
public static class StreamRouting
{
    /// <summary>The shard region's type name.</summary>
    public const string RegionName = "stream";

    /// <summary>Adds the way to the batch streams on a node that makes none.</summary>
    public static AkkaConfigurationBuilder AddStreamRegionProxy(this AkkaConfigurationBuilder akka) =>
        akka.WithShardRegionProxy<StreamRegion>(RegionName, NodeRoles.Augmenter, new StreamExtractor());
}

/// <summary>Stream id of a message, shard of a stream id.</summary>
public sealed class StreamExtractor() : HashCodeMessageExtractor(Shards)
{
    const int Shards = 24;

    /// <inheritdoc/>
    public override string? EntityId(object message) => (message as IStreamMessage)?.StreamId;
}
