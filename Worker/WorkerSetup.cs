using Akka;
using Akka.Actor;
using Akka.Hosting;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Hosting;
using Convoy.Worker.Actors;

namespace Convoy.Worker;

/// <summary>The worker's role on a node.</summary>
public static class WorkerSetup
{
    static readonly TimeSpan LeaveDeadline = TimeSpan.FromSeconds(20);

    /// <summary>Starts the node's worker actor, which registers with the scheduler, and has the node leave its worlds before it stops.</summary>
    public static AkkaConfigurationBuilder AddWorker(this AkkaConfigurationBuilder builder, WorkerOptions options) =>
        builder.WithActors((system, registry) =>
        {
            var feeds = new DataFeeds(registry.TryGet<StreamRegion>(out var streams) ? new StreamDirectory(system, streams) : IStreamDirectory.None, options.Identity);
            var worker = system.ActorOf(Props.Create(() => new WorkerActor(options, registry.Get<SchedulerProxy>(), registry.Get<JobRegion>(), feeds)), "worker");
            var shutdown = CoordinatedShutdown.Get(system);
            shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "leave worlds", () => LeaveAsync(worker, shutdown));
        });

    static async Task<Done> LeaveAsync(IActorRef worker, CoordinatedShutdown shutdown)
    {
        if (shutdown.ShutdownReason is CoordinatedShutdown.ClusterDowningReason) return Done.Instance; // nobody would answer
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
