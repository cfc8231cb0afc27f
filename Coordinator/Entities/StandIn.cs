using Akka.Actor;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Entities;

/// <summary>Answers in place of an entity that cannot be read from the journal, until the journal can be reached: then the entity itself begins.</summary>
sealed class StandIn : ReceiveActor
{
    readonly JournalHealth _journal = JournalHealth.Of(Context.System);

    public StandIn(Func<string, IWire> refusal)
    {
        Receive<IWire>(_ => Sender.Tell(refusal(_journal.Trouble?.Text ?? "the journal is being read")));
        Receive<JournalWorks>(_ => Context.Stop(Self));
        Receive<Jobs.StopEntity>(_ => Context.Stop(Self));
    }

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(JournalWorks));
        if (_journal.Trouble is null) Context.Stop(Self);
    }

    /// <summary>The entity, or who stands in for it.</summary>
    public static Props Or(ActorSystem system, Props entity, Func<string, IWire> refusal) =>
        JournalHealth.Of(system).Trouble is { CanRead: false } ? Props.Create(() => new StandIn(refusal)) : entity;
}
