using Convoy.Shared.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Coordinator.Tests.Hosting;

public sealed class NodeOptionsTests
{
    static readonly NodeOptions Good = new() { Roles = [NodeRoles.Worker] };

    [Fact]
    public void Seeds_are_spelled_as_the_cluster_wants_them() =>
        Assert.Equal(["akka.tcp://convoy@node-0.nodes:4053"], (Good with { Seeds = ["node-0.nodes:4053"] }).Validated().SeedAddresses);

    [Theory]
    [InlineData("node-0"), InlineData("node-0:"), InlineData(":4053"), InlineData("node-0:70000"), InlineData("node-0:x")]
    public void A_seed_that_is_no_address_is_named(string seed) =>
        Assert.Contains($"'{seed}'", Assert.Throws<NodeOptionsException>(() => (Good with { Seeds = [seed] }).Validated()).Message);

    [Fact]
    public void Roles_are_known_ones()
    {
        Assert.Contains("'cook'", Assert.Throws<NodeOptionsException>(() => (Good with { Roles = ["cook"] }).Validated()).Message);
        Assert.Throws<NodeOptionsException>(() => (Good with { Roles = [] }).Validated());
    }

    [Fact]
    public void A_node_that_binds_every_address_says_how_it_is_reached()
    {
        Assert.Contains("public host name", Assert.Throws<NodeOptionsException>(() => (Good with { Hostname = "0.0.0.0" }).Validated()).Message);
        Assert.Equal("worker-1", (Good with { Hostname = "0.0.0.0", PublicHostname = "worker-1" }).Validated().ReachableAs);
    }

    [Fact]
    public void Options_are_checked_before_anything_starts() =>
        Assert.Throws<NodeOptionsException>(() => new ServiceCollection().AddConvoyCluster(Good with { Port = -1 }, (_, _) => { }));
}
