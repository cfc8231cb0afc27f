using Akka.Actor;
using Akka.Serialization;

namespace Convoy.Shared.Serialization;

/// <summary>The one serializer of messages and journal: <see cref="WireFormat"/>, with actor references.</summary>
/// <param name="system">Resolves the references it reads.</param>
/// <param name="types">The types it knows.</param>
public sealed class WireSerializer(ExtendedActorSystem system, WireTypes types) : SerializerWithStringManifest(system)
{
    /// <summary>Stands in journals: never changes.</summary>
    public const int Id = 421;

    readonly WireFormat _format = new(types, new ActorRefFormatter(system));

    /// <inheritdoc/>
    public override int Identifier => Id;

    /// <inheritdoc/>
    public override string Manifest(object o) => _format.Manifest(o);

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => _format.Write(obj);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => _format.Read(bytes, manifest);
}
