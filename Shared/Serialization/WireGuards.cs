using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Serialization;
using Akka.Serialization;

namespace Convoy.Shared.Serialization;

/// <summary>Stands where akka.net puts a serializer that makes whatever the bytes name. Whoever sends chooses the serializer by its number,
/// whatever this node itself would use, so none of them may be left.</summary>
/// <param name="system">The system that it belongs to.</param>
/// <param name="id">The number of the serializer in whose place it is.</param>
public abstract class RefusingSerializer(ExtendedActorSystem system, int id) : Serializer(system)
{
    /// <inheritdoc/>
    public override int Identifier => id;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => throw new SerializationException($"{obj.GetType()} is no message of this cluster");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => throw new SerializationException($"serializer {id} makes any type that it is told to: refused");
}

/// <summary>In place of Newtonsoft's, which makes any type by its <c>$type</c>.</summary>
public sealed class NoJson : RefusingSerializer
{
    /// <summary>As akka.net makes it, with settings of Newtonsoft's.</summary>
    public NoJson(ExtendedActorSystem system, Config settings) : base(system, 1)
    {
    }
}

/// <summary>In place of the one for any class of Protocol Buffers; the cluster's own messages have others.</summary>
public sealed class NoProtobuf(ExtendedActorSystem system) : RefusingSerializer(system, 2);

/// <summary>In place of remote deployment's, which makes any actor with any arguments.</summary>
public sealed class NoDeployment(ExtendedActorSystem system) : RefusingSerializer(system, 3);

/// <summary>Of akka.net's own messages those that a cluster needs. Left out are failures, whose exceptions are made by the name of their type,
/// routers and configurations of remote deployment, and words that end any actor.</summary>
/// <param name="system">The system that it belongs to.</param>
public sealed class KnownMessages(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    // Identify, ActorIdentity, an actor reference, success, and the heartbeats of death watch.
    static readonly HashSet<string> Known = new(["ID", "AID", "AR", "STS", "RWHB", "RWHR"], StringComparer.Ordinal);

    readonly MiscMessageSerializer _all = new(system);

    /// <inheritdoc/>
    public override int Identifier => 16;

    /// <inheritdoc/>
    public override string Manifest(object o) => Checked(_all.Manifest(o));

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        _ = Manifest(obj);
        return _all.ToBinary(obj);
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => _all.FromBinary(bytes, Checked(manifest));

    static string Checked(string manifest) => Known.Contains(manifest) ? manifest : throw new SerializationException($"'{manifest}' is no message between nodes of this cluster");
}

/// <summary>Of akka.net's system messages death watch alone: nobody suspends, restarts or ends an actor of another node.</summary>
/// <param name="system">The system that it belongs to.</param>
public sealed class DeathWatchMessages(ExtendedActorSystem system) : Serializer(system)
{
    static readonly HashSet<Type> Known = [typeof(Akka.Dispatch.SysMsg.Watch), typeof(Akka.Dispatch.SysMsg.Unwatch), typeof(Akka.Dispatch.SysMsg.DeathWatchNotification)];

    readonly SystemMessageSerializer _all = new(system);

    /// <inheritdoc/>
    public override int Identifier => 22;

    /// <inheritdoc/>
    public override bool IncludeManifest => _all.IncludeManifest;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        Check(obj.GetType());
        return _all.ToBinary(obj);
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type)
    {
        Check(type);
        return _all.FromBinary(bytes, type);
    }

    static void Check(Type? type)
    {
        if (type is null || !Known.Contains(type)) throw new SerializationException($"{type} is no message between nodes of this cluster");
    }
}
