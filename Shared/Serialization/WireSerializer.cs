using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using MessagePack;
using MessagePack.Resolvers;

namespace Convoy.Shared.Serialization;

/// <summary>The one serializer of messages and journal: MessagePack with integer keys, the type named by its manifest.</summary>
public sealed class WireSerializer : SerializerWithStringManifest
{
    /// <summary>Stands in journals: never changes.</summary>
    public const int Id = 421;

    readonly WireTypes _types;
    readonly MessagePackSerializerOptions _options;

    /// <summary>A serializer of these types.</summary>
    public WireSerializer(ExtendedActorSystem system, WireTypes types) : base(system)
    {
        _types = types;
        _options = MessagePackSerializerOptions.Standard
            .WithSecurity(MessagePackSecurity.UntrustedData)
            .WithResolver(CompositeResolver.Create([new ActorRefFormatter(system)], [StandardResolver.Instance]));
    }

    /// <inheritdoc/>
    public override int Identifier => Id;

    /// <inheritdoc/>
    public override string Manifest(object o) =>
        _types.ManifestOf(o.GetType()) ?? throw new SerializationException($"{o.GetType()} is not registered: its assembly is missing from NodeOptions.WireAssemblies");

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => MessagePackSerializer.Serialize(obj.GetType(), obj, _options);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var type = _types.TypeOf(manifest) ?? throw new SerializationException($"unknown manifest '{manifest}': it comes from a newer version, or its assembly is missing from NodeOptions.WireAssemblies");
        return MessagePackSerializer.Deserialize(type, bytes, _options) ?? throw new SerializationException($"'{manifest}' holds nothing");
    }
}
