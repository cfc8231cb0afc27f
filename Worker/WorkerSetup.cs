using Akka.Actor;
using Akka.Hosting;
using Convoy.Shared.Hosting;
using Convoy.Worker.Actors;

namespace Convoy.Worker;

/// <summary>The worker's role on a node.</summary>
public static class WorkerSetup
{
    /// <summary>Starts the node's worker actor, which registers with the scheduler.</summary>
    public static AkkaConfigurationBuilder AddWorker(this AkkaConfigurationBuilder builder, WorkerOptions options) =>
        builder.WithActors((system, registry) => system.ActorOf(
            Props.Create(() => new WorkerActor(options, registry.Get<SchedulerProxy>(), registry.Get<JobRegion>())), "worker"));
}
