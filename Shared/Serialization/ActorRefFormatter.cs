using Akka.Actor;
using MessagePack;
using MessagePack.Formatters;

namespace Convoy.Shared.Serialization;

/// <summary>An actor reference as its full path; resolved by the system that reads it.</summary>
sealed class ActorRefFormatter(ExtendedActorSystem system) : IMessagePackFormatter<IActorRef?>
{
    public void Serialize(ref MessagePackWriter writer, IActorRef? value, MessagePackSerializerOptions options) =>
        writer.Write(value is null ? null : Akka.Serialization.Serialization.SerializedActorPath(value));

    public IActorRef? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        reader.ReadString() is { } path ? system.Provider.ResolveActorRef(path) : null;
}
