using Convoy.Shared.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Coordinator.Tests.Hosting;

public sealed class NodeOptionsTests
{
    static readonly NodeOptions Good = new() { Roles = [NodeRoles.Worker] };

    [Fact]
    public void Seeds_are_spelled_as_the_cluster_wants_them() =>
        Assert.Equal(["akka.tcp://convoy@node-0.nodes:4053"], (Good with { Seeds = ["node-0.nodes:4053"] }).Validated().SeedAddresses);

    [Fact]
    public void An_IPv6_seed_stands_in_brackets() =>
        Assert.Equal(["akka.tcp://convoy@[2001:db8::5]:4053"], (Good with { Seeds = ["[2001:db8::5]:4053"] }).Validated().SeedAddresses);

    [Fact]
    public void Coordinators_know_by_their_addresses_that_they_are_of_one_cluster()
    {
        Assert.Equal(["a:4053", "b:4053"], (Good with { Hostname = "0.0.0.0", PublicHostname = "a", Port = 4053, Seeds = ["a:4053", "b:4053"] }).ClusterAddresses);
        Assert.Equal([$"{Environment.MachineName} 127.0.0.1:4053", $"{Environment.MachineName} [::1]:4053"], (Good with { Port = 4053, Seeds = ["[::1]:4053"] }).ClusterAddresses);
        Assert.Empty(Good.ClusterAddresses);
    }

    [Theory]
    [InlineData("node-0"), InlineData("::1:4053"), InlineData("node-0:"), InlineData(":4053"), InlineData("node-0:70000"), InlineData("node-0:x")]
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
        Assert.Equal("worker-1", (Good with { Hostname = "0.0.0.0", PublicHostname = "worker-1", Insecure = true }).Validated().ReachableAs);
    }

    [Theory]
    [InlineData("0.0.0.0"), InlineData("10.0.0.5"), InlineData("::"), InlineData("node-1")]
    public void A_node_that_other_machines_reach_has_a_certificate_or_says_that_it_wants_none(string host)
    {
        var open = Good with { Hostname = host, PublicHostname = "node-1" };
        Assert.Contains("--insecure", Assert.Throws<NodeOptionsException>(() => open.Validated()).Message);
        Assert.Equal(host, (open with { Insecure = true }).Validated().Hostname);
    }

    [Theory]
    [InlineData("127.0.0.1"), InlineData("127.8.8.8"), InlineData("::1"), InlineData("localhost")]
    public void A_node_of_this_machine_alone_needs_none(string host) => Assert.Equal(host, (Good with { Hostname = host }).Validated().Hostname);

    [Fact]
    public void Options_are_checked_before_anything_starts() =>
        Assert.Throws<NodeOptionsException>(() => new ServiceCollection().AddConvoyCluster(Good with { Port = -1 }, (_, _) => { }));
}
