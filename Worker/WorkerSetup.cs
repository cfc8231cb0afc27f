using Akka;
using Akka.Actor;
using Akka.Hosting;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Hosting;
using Convoy.Shared.Transport;
using Convoy.Worker.Actors;

namespace Convoy.Worker;

/// <summary>The worker's role on a node.</summary>
public static class WorkerSetup
{
    static readonly TimeSpan LeaveDeadline = TimeSpan.FromSeconds(20);

    /// <summary>Starts the node's worker actor, which registers with the scheduler, and has the node leave its worlds before it stops.</summary>
    /// <param name="builder">The node's.</param>
    /// <param name="options">What it offers.</param>
    /// <param name="plane">The node's data plane.</param>
    /// <param name="held">Keeps its replicas when the node joins again; null where they end with it.</param>
    public static AkkaConfigurationBuilder AddWorker(this AkkaConfigurationBuilder builder, WorkerOptions options, DataPlane plane, HeldReplicas? held = null) =>
        builder.WithActors((system, registry, services) =>
        {
            IStreamDirectory streams = registry.TryGet<StreamRegion>(out var region) ? new StreamDirectory(system, region) : IStreamDirectory.None;
            var replicas = held ?? EndWith(system);
            var failure = services.GetService<NodeFailure>();
            var worker = system.StartVital(Props.Create(() => new WorkerActor(options, plane, registry.Get<SchedulerProxy>(), registry.Get<JobRegion>(), streams, replicas)), "worker", failure);
            services.GetService<RoleReadiness>().Ask(worker, new WorkerActor.GetReadiness(), answer => ((WorkerActor.Readiness)answer).WaitsFor, "the worker does not answer");
            var shutdown = CoordinatedShutdown.Get(system);
            shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "leave worlds", () => LeaveAsync(worker, shutdown, failure));
        });

    static HeldReplicas EndWith(ActorSystem system)
    {
        var replicas = new HeldReplicas();
        system.RegisterOnTermination(replicas.Dispose);
        return replicas;
    }

    static async Task<Done> LeaveAsync(IActorRef worker, CoordinatedShutdown shutdown, NodeFailure failure)
    {
        if (NodeOut.IsAlone(shutdown.ShutdownReason) || failure.Why is not null) return Done.Instance; // nobody would answer
        try
        {
            await worker.Ask<WorkerActor.Left>(new WorkerActor.Leave(), LeaveDeadline);
        }
        catch (AskTimeoutException)
        {
            // The jobs find out by themselves.
        }
        return Done.Instance;
    }
}
