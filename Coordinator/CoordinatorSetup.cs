using Akka;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Convoy.Coordinator.Artifacts;
using Convoy.Coordinator.Entities;
using Convoy.Coordinator.Jobs;
using Convoy.Coordinator.Scheduling;
using Convoy.Coordinator.Sweeps;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;
using Convoy.Shared.Transport;

namespace Convoy.Coordinator;

/// <summary>What a coordinator needs to know.</summary>
public sealed record CoordinatorOptions
{
    /// <summary>Draws <c>curves.png</c>.</summary>
    public required DrawCurves DrawCurves { get; init; }
    /// <summary>More versions for <c>summary.json</c>, beside this program's and .NET's.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();
    /// <summary>How replicas reach run folders.</summary>
    public ArtifactHost Artifacts { get; init; } = ArtifactHost.Files;
    /// <summary>What the data and weights of specs lie in.</summary>
    public DataRoot Data { get; init; } = DataRoot.Anywhere;
    /// <summary>What run folders lie in.</summary>
    public RunsRoot Runs { get; init; } = RunsRoot.Anywhere;
    /// <summary>What it proves to workers' data planes; null speaks plainly.</summary>
    public NodeIdentity? Identity { get; init; }
}

/// <summary>What sweeps need to know.</summary>
public sealed record SweepOptions
{
    /// <summary>Draws a sweep's pictures.</summary>
    public required DrawSweep Draw { get; init; }
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
    /// <summary>What their folders lie in.</summary>
    public RunsRoot Runs { get; init; } = RunsRoot.Anywhere;
}

/// <summary>The coordinator's actors.</summary>
public static class CoordinatorSetup
{
    static readonly TimeSpan SweepsStop = TimeSpan.FromSeconds(4);

    /// <summary>Adds jobs and scheduler to a node of role <see cref="NodeRoles.Coordinator"/>; it needs a journal, and this assembly among
    /// <see cref="NodeOptions.WireAssemblies"/>. The registry then has <see cref="JobRegion"/> and <see cref="SchedulerProxy"/>.</summary>
    public static AkkaConfigurationBuilder AddCoordinator(this AkkaConfigurationBuilder akka, CoordinatorOptions options)
    {
        var folder = new RunFolder(options.DrawCurves, VersionsOf(options));
        return akka
            .AddSchedulerProxy()
            .WithShardRegion<JobRegion>(
                JobRouting.RegionName,
                (system, registry, _) => id => StandIn.Or(
                    system, Props.Create(() => new JobActor(id, registry.Get<SchedulerProxy>(), folder, options.Artifacts, options.Data, options.Runs)),
                    reason => new JobRefused(id, reason, IsForNow: true)),
                new JobExtractor(),
                Remembered())
            .WithSingleton<SchedulerActor>(
                JobRouting.SchedulerName,
                (_, registry, _) => Props.Create(() => new SchedulerActor(registry.Get<JobRegion>(), options.Identity)),
                new ClusterSingletonOptions { Role = NodeRoles.Coordinator },
                createProxyToo: false)
            .WithActors((system, registry) => system.ActorOf(Props.Create(() => new LostReports(registry.Get<JobRegion>())), "lost-reports"))
            .WithActors((_, registry, services) => Ask(services.GetService<RoleReadiness>(), registry));
    }

    /// <summary>Adds sweeps to a node that has jobs. The registry then has <see cref="SweepRegion"/>.</summary>
    public static AkkaConfigurationBuilder AddSweeps(this AkkaConfigurationBuilder akka, SweepOptions options) => akka
        .WithShardRegion<SweepRegion>(
            SweepRouting.RegionName,
            (system, registry, _) => id => StandIn.Or(
                system, Props.Create(() => new SweepActor(id, registry.Get<JobRegion>(), options.Draw, options.Time, options.Runs)),
                reason => new SweepRefused(id, reason, IsForNow: true)),
            new SweepExtractor(),
            Remembered())
        .WithActors((system, registry) => StopFirst(system, registry.Get<SweepRegion>()));

    static void Ask(RoleReadiness readiness, IActorRegistry registry)
    {
        readiness.AskRegion(registry.Get<JobRegion>(), "jobs");
        readiness.AskScheduler(registry.Get<SchedulerProxy>());
    }

    // What sweeps still say to jobs, whose region leaves, would hold it up.
    static void StopFirst(ActorSystem system, IActorRef sweeps) => CoordinatedShutdown.Get(system).AddTask(
        CoordinatedShutdown.PhaseBeforeClusterShutdown, "stop sweeps", async () =>
        {
            await sweeps.GracefulStop(SweepsStop, GracefulShutdown.Instance);
            return Done.Instance;
        });

    // Entities that had something to do go on by themselves, wherever they are.
    static ShardOptions Remembered() => new()
    {
        Role = NodeRoles.Coordinator,
        RememberEntities = true,
        RememberEntitiesStore = RememberEntitiesStore.Eventsourced,
        StateStoreMode = StateStoreMode.DData,
        JournalPluginId = "akka.persistence.journal.sql",
        SnapshotPluginId = "akka.persistence.snapshot-store.sql",
        HandOffStopMessage = new StopEntity(),
    };

    static Dictionary<string, string> VersionsOf(CoordinatorOptions options) => new(options.Versions)
    {
        ["convoy"] = typeof(CoordinatorSetup).Assembly.GetName().Version!.ToString(3),
        ["dotnet"] = Environment.Version.ToString(),
    };
}
