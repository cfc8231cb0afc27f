using System.Runtime.Serialization;
using Convoy.Shared.Protocol;
using Convoy.Shared.Serialization;
using MessagePack;

namespace Convoy.Shared.Tests.Serialization;

public sealed class WireSerializerTests : IDisposable
{
    readonly WireSample _wire = new(typeof(IWire).Assembly);

    public void Dispose() => _wire.Dispose();

    public static TheoryData<string, Type> Messages => [.. WireTypes.From(typeof(IWire).Assembly).All.Select(row => (row.Manifest, row.Type))];

    [Theory, MemberData(nameof(Messages))]
    public void A_message_survives_the_wire(string manifest, Type type) => Assert.Equal(_wire.Bytes(type), _wire.RoundTrip(type, manifest));

    [Theory, MemberData(nameof(Messages))]
    public void A_message_of_a_later_version_is_read_as_far_as_it_is_known(string manifest, Type type) => Assert.Equal(_wire.Bytes(type), _wire.RoundTripOfLater(type, manifest));

    [Fact]
    public void Bytes_are_those_of_earlier_versions() => _wire.MustMatch(typeof(WireSerializerTests).Assembly, "Convoy.Shared.Tests.Serialization.golden.txt");

    [Fact]
    public void Every_class_of_the_protocol_is_a_message_or_part_of_one()
    {
        var protocol = typeof(IWire).Assembly.GetTypes().Where(type => type is { Namespace: "Convoy.Shared.Protocol", IsClass: true, IsPublic: true } && !type.IsAssignableTo(typeof(Attribute))).ToList();
        var messages = protocol.Where(type => type.IsAssignableTo(typeof(IWire)) || type.IsAssignableTo(typeof(ILocalOnly))).ToList();
        var parts = messages.SelectMany(Parts).ToHashSet();
        Assert.NotEmpty(messages);
        Assert.Empty(protocol.Except(messages).Except(parts).Select(type => type.Name));
    }

    [Fact]
    public void A_field_that_an_older_version_did_not_send_is_null()
    {
        var old = MessagePackSerializer.Serialize(new object[] { "a", 1, 0, "peer lost", false }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Null(((ReplicaFailed)_wire.Read("world.failed", old)).DamagedCheckpoint);
    }

    [Fact]
    public void A_field_that_a_newer_version_adds_is_skipped()
    {
        var newer = MessagePackSerializer.Serialize(new object[] { "a", "added later" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(new PauseJob("a"), _wire.Read("job.pause", newer));
    }

    [Fact]
    public void An_unknown_manifest_is_named() =>
        Assert.Contains("'job.dance'", Assert.Throws<SerializationException>(() => _wire.Read("job.dance", [0x90])).Message);

    [Fact]
    public void A_type_of_an_assembly_that_was_not_given_is_named() =>
        Assert.Contains(nameof(Unregistered), Assert.Throws<SerializationException>(() => _wire.ManifestOf(new Unregistered())).Message);

    [Fact]
    public void A_message_without_a_manifest_stops_the_start() =>
        Assert.Contains(nameof(WithoutManifest), Assert.Throws<WireTypeException>(() => WireTypes.From([typeof(WithoutManifest)])).Message);

    [Fact]
    public void A_message_without_keys_stops_the_start() =>
        Assert.Contains(nameof(WithoutKeys), Assert.Throws<WireTypeException>(() => WireTypes.From([typeof(WithoutKeys)])).Message);

    [Fact]
    public void Two_messages_of_one_manifest_stop_the_start()
    {
        var error = Assert.Throws<WireTypeException>(() => WireTypes.From([typeof(Unregistered), typeof(Twin)]));
        Assert.Contains(nameof(Unregistered), error.Message);
        Assert.Contains(nameof(Twin), error.Message);
    }

    static IEnumerable<Type> Parts(Type type) => type.GetProperties()
        .SelectMany(property => property.PropertyType.GetGenericArguments().Append(property.PropertyType))
        .Where(part => part.Namespace == type.Namespace && part != type)
        .SelectMany(part => Parts(part).Append(part));

    [MessagePackObject] public sealed record WithoutManifest : IWire;
    [Manifest("test.keyless")] public sealed record WithoutKeys : IWire;
    [MessagePackObject, Manifest("test.twin")] public sealed record Unregistered : IWire;
    [MessagePackObject, Manifest("test.twin")] public sealed record Twin : IWire;
}
