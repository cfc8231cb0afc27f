using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Shared.Hosting;

/// <summary>Key in the actor registry: the jobs' shard region, or the proxy to it. Takes every <see cref="IJobMessage"/>.</summary>
public sealed class JobRegion;

/// <summary>Key in the actor registry: the way to the scheduler, wherever it runs.</summary>
public sealed class SchedulerProxy;

/// <summary>How jobs and the scheduler are reached.</summary>
public static class JobRouting
{
    /// <summary>The shard region's type name.</summary>
    public const string RegionName = "job";
    /// <summary>The scheduler's name among the singletons.</summary>
    public const string SchedulerName = "scheduler";

    /// <summary>Adds the way to the jobs on a node that holds none.</summary>
    public static AkkaConfigurationBuilder AddJobRegionProxy(this AkkaConfigurationBuilder akka) =>
        akka.WithShardRegionProxy<JobRegion>(RegionName, NodeRoles.Coordinator, new JobExtractor());

    /// <summary>Adds the way to the scheduler.</summary>
    public static AkkaConfigurationBuilder AddSchedulerProxy(this AkkaConfigurationBuilder akka) =>
        akka.WithSingletonProxy<SchedulerProxy>(SchedulerName, new ClusterSingletonOptions { Role = NodeRoles.Coordinator });
}

/// <summary>Job id of a message, shard of a job id.</summary>
public sealed class JobExtractor() : HashCodeMessageExtractor(Shards)
{
    // Stands in the journal of remembered entities: never changes.
    const int Shards = 10;

    /// <inheritdoc/>
    public override string? EntityId(object message) => (message as IJobMessage)?.JobId;
}
