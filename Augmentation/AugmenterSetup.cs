using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Hosting;
using Convoy.Shared.Transport;

namespace Convoy.Augmentation;

/// <summary>An augmenter's data plane, and the name by which replicas reach it.</summary>
public sealed record AugmenterEndpoint(DataPlane Plane, string Host);

/// <summary>The augmenter's actors.</summary>
public static class AugmenterSetup
{
    /// <summary>Adds batch streams to a node of role <see cref="NodeRoles.Augmenter"/>. The registry then has <see cref="StreamRegion"/>.</summary>
    public static AkkaConfigurationBuilder AddAugmenter(this AkkaConfigurationBuilder akka, AugmenterEndpoint endpoint) =>
        akka.WithShardRegion<StreamRegion>(
            StreamRouting.RegionName,
            (_, _, _) => id => Props.Create(() => new BatchStreamActor(id, endpoint)),
            new StreamExtractor(),
            new ShardOptions
            {
                Role = NodeRoles.Augmenter,
                StateStoreMode = StateStoreMode.DData,
                HandOffStopMessage = PoisonPill.Instance,
            })
            .WithActors((_, registry, services) => services.GetService<RoleReadiness>().AskRegion(registry.Get<StreamRegion>(), "batch streams"));
}
