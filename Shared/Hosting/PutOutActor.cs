using Akka.Actor;
using Akka.Remote;

namespace Convoy.Shared.Hosting;

/// <summary>Ends the node where others tell that the cluster has put it out, as when it was frozen for long: they answer nothing else any more.</summary>
sealed class PutOutActor : ReceiveActor
{
    public PutOutActor() =>
        Receive<ThisActorSystemQuarantinedEvent>(_ => CoordinatedShutdown.Get(Context.System).Run(CoordinatedShutdown.ClusterDowningReason.Instance));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
}
