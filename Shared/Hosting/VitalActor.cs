using Akka.Actor;
using Akka.Event;

namespace Convoy.Shared.Hosting;

/// <summary>Actors that their node cannot do without.</summary>
public static class VitalActors
{
    /// <summary>Starts one; where it cannot be made, or ends before the node does, the node ends.</summary>
    /// <param name="system">The node's.</param>
    /// <param name="props">Makes it.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="failure">Ends the node.</param>
    public static IActorRef StartVital(this ActorSystem system, Props props, string name, NodeFailure failure) =>
        system.ActorOf(Props.Create(() => new VitalActor(props, name, failure)), name);
}

/// <summary>Holds an actor that its node cannot do without, and gives all messages on to it. Where it cannot be made, or ends before the
/// node does, the node ends.</summary>
/// <param name="props">Makes it.</param>
/// <param name="name">What it is called.</param>
/// <param name="failure">Ends the node.</param>
sealed class VitalActor(Props props, string name, NodeFailure failure) : UntypedActor
{
    readonly ILoggingAdapter _log = Context.GetLogger();
    IActorRef _held = ActorRefs.Nobody;
    string _why = "it has ended";

    /// <inheritdoc/>
    protected override void PreStart() => _held = Context.Watch(Context.ActorOf(props, name));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        if (message is Terminated ended && ended.ActorRef.Equals(_held)) OnEnded();
        else _held.Forward(message);
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(-1, -1, Decide, loggingEnabled: false);

    void OnEnded()
    {
        if (CoordinatedShutdown.Get(Context.System).ShutdownReason is null) failure.End($"the {name} cannot go on: {_why}");
        Context.Stop(Self);
    }

    Directive Decide(Exception error)
    {
        if (error is ActorInitializationException or DeathPactException or ActorKilledException)
        {
            _why = error.GetBaseException().Message;
            return Directive.Stop;
        }
        _log.Error(error, "The {0} is started anew", name);
        return Directive.Restart;
    }
}
