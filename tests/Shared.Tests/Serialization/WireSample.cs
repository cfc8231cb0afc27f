using System.Buffers;
using System.Reflection;
using Akka.Actor;
using Convoy.Shared.Serialization;
using MessagePack;

namespace Convoy.Shared.Tests.Serialization;

/// <summary>Every message of an assembly as its bytes, to compare with those of earlier versions.</summary>
sealed class WireSample : IDisposable
{
    readonly ActorSystem _system = ActorSystem.Create("convoy", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    readonly WireSerializer _serializer;

    public WireSample(Assembly assembly) : this(WireTypes.From(assembly)) { }

    public WireSample(WireTypes types) => (Types, _serializer) = (types, new WireSerializer((ExtendedActorSystem)_system, types));

    public WireTypes Types { get; }

    /// <summary>A line <c>manifest hex</c> for each.</summary>
    public IReadOnlyList<string> Lines => [.. Types.All.Select(row => $"{row.Manifest} {Convert.ToHexStringLower(Bytes(row.Type))}")];

    public byte[] Bytes(Type type) => _serializer.ToBinary(new Samples(_system).Of(type));

    /// <summary>The same bytes after a way there and back, as a later version may write them: with more behind what this one knows.</summary>
    public byte[] RoundTripOfLater(Type type, string manifest)
    {
        var now = Bytes(type);
        var reader = new MessagePackReader(now);
        var (later, fields) = (new ArrayBufferWriter<byte>(), reader.ReadArrayHeader());
        var writer = new MessagePackWriter(later);
        writer.WriteArrayHeader(fields + 2);
        writer.WriteRaw(now.AsSpan((int)reader.Consumed));
        writer.Write("unheard of");
        writer.WriteMapHeader(1);
        writer.Write("key");
        writer.Write(1);
        writer.Flush();
        return _serializer.ToBinary(_serializer.FromBinary(later.WrittenSpan.ToArray(), manifest));
    }

    /// <summary>The same bytes after a way there and back.</summary>
    public byte[] RoundTrip(Type type, string manifest)
    {
        var back = _serializer.FromBinary(Bytes(type), manifest);
        Assert.Equal(type, back.GetType());
        Assert.Equal(manifest, _serializer.Manifest(back));
        return _serializer.ToBinary(back);
    }

    public object Read(string manifest, byte[] bytes) => _serializer.FromBinary(bytes, manifest);

    public string ManifestOf(object message) => _serializer.Manifest(message);

    /// <summary>Fails with both texts where a message's bytes differ from the file's, or one of the two lacks it.</summary>
    public void MustMatch(Assembly holder, string resource)
    {
        using var reader = new StreamReader(holder.GetManifestResourceStream(resource)!);
        var golden = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var wrong = Lines.Except(golden).Select(line => $"now      {line}").Concat(golden.Except(Lines).Select(line => $"golden   {line}")).OrderBy(line => line[9..], StringComparer.Ordinal).ToList();
        Assert.True(wrong.Count == 0, $"messages on the wire have changed ({resource}):\n{string.Join('\n', wrong)}");
    }

    public void Dispose() => _system.Dispose();
}
