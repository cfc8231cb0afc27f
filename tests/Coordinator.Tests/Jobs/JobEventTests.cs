using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;
using Convoy.Shared.Serialization;
using Convoy.Shared.Tests.Serialization;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class JobEventTests : IDisposable
{
    readonly WireSample _wire = new(typeof(JobState).Assembly);

    public void Dispose() => _wire.Dispose();

    public static TheoryData<string, Type> Events => [.. WireTypes.From(typeof(JobState).Assembly).All.Select(row => (row.Manifest, row.Type))];

    [Theory, MemberData(nameof(Events))]
    public void An_event_survives_the_journal(string manifest, Type type) => Assert.Equal(_wire.Bytes(type), _wire.RoundTrip(type, manifest));

    [Fact]
    public void Journals_of_earlier_versions_can_be_read() => _wire.MustMatch(typeof(JobEventTests).Assembly, "Convoy.Coordinator.Tests.Jobs.golden.txt");

    [Fact]
    public void Events_and_messages_have_manifests_of_their_own() =>
        Assert.NotEmpty(WireTypes.From(typeof(IWire).Assembly, typeof(JobState).Assembly).All);
}
