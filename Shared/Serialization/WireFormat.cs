using System.Runtime.Serialization;
using MessagePack;
using MessagePack.Formatters;
using MessagePack.Resolvers;

namespace Convoy.Shared.Serialization;

/// <summary>Messages and events as bytes: MessagePack with integer keys, the type named by its manifest.</summary>
/// <param name="types">The types it knows.</param>
/// <param name="formatters">For what stands in messages and MessagePack does not know.</param>
public sealed class WireFormat(WireTypes types, params IReadOnlyList<IMessagePackFormatter> formatters)
{
    readonly MessagePackSerializerOptions _options = MessagePackSerializerOptions.Standard
        .WithSecurity(MessagePackSecurity.UntrustedData)
        .WithResolver(CompositeResolver.Create(formatters, [StandardResolver.Instance]));

    /// <summary>The name of a message's type. <see cref="SerializationException"/> where it has none.</summary>
    public string Manifest(object message) =>
        types.ManifestOf(message.GetType()) ?? throw new SerializationException($"{message.GetType()} is not registered: its assembly is missing from NodeOptions.WireAssemblies");

    /// <summary>A message as bytes.</summary>
    public byte[] Write(object message) => MessagePackSerializer.Serialize(message.GetType(), message, _options);

    /// <summary>The message of these bytes. <see cref="SerializationException"/> where the manifest is unknown or nothing is there.</summary>
    public object Read(byte[] bytes, string manifest)
    {
        var type = types.TypeOf(manifest) ?? throw new SerializationException($"unknown manifest '{manifest}': it comes from a newer version, or its assembly is missing from NodeOptions.WireAssemblies");
        return MessagePackSerializer.Deserialize(type, bytes, _options) ?? throw new SerializationException($"'{manifest}' holds nothing");
    }
}
