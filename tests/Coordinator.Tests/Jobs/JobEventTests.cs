using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;
using Convoy.Shared.Serialization;
using Convoy.Shared.Tests.Serialization;
using MessagePack;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class JobEventTests : IDisposable
{
    readonly WireSample _wire = new(typeof(JobState).Assembly);

    public void Dispose() => _wire.Dispose();

    public static TheoryData<string, Type> Events => [.. WireTypes.From(typeof(JobState).Assembly).All.Select(row => (row.Manifest, row.Type))];

    [Theory, MemberData(nameof(Events))]
    public void An_event_survives_the_journal(string manifest, Type type) => Assert.Equal(_wire.Bytes(type), _wire.RoundTrip(type, manifest));

    [Theory, MemberData(nameof(Events))]
    public void An_event_of_a_later_version_is_read_as_far_as_it_is_known(string manifest, Type type) => Assert.Equal(_wire.Bytes(type), _wire.RoundTripOfLater(type, manifest));

    [Fact]
    public void Journals_of_earlier_versions_can_be_read() => _wire.MustMatch(typeof(JobEventTests).Assembly, "Convoy.Coordinator.Tests.Jobs.golden.txt");

    [Fact]
    public void A_snapshot_of_an_earlier_version_has_an_empty_ledger()
    {
        var now = MessagePackSerializer.Deserialize<object[]>(_wire.Bytes(typeof(JobState)), cancellationToken: TestContext.Current.CancellationToken);
        var earlier = MessagePackSerializer.Serialize(now[..15], cancellationToken: TestContext.Current.CancellationToken);
        var state = Assert.IsType<JobState>(_wire.Read("job.state", earlier));
        Assert.Empty(state.Ledger.Starts);
        Assert.Empty(state.Ledger.Stretches);
        Assert.Empty(state.Slots);
        Assert.Same(Regrouping.None, state.Regrouping);
    }

    [Fact]
    public void Events_and_messages_have_manifests_of_their_own() =>
        Assert.NotEmpty(WireTypes.From(typeof(IWire).Assembly, typeof(JobState).Assembly).All);
}
