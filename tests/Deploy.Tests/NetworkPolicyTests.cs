using Convoy.Deploy.Tests.Support;

namespace Convoy.Deploy.Tests;

/// <summary>Every connection that the cluster needs is let through, and those that nobody needs are not.</summary>
public sealed class NetworkPolicyTests
{
    const string Ingress = "label:convoy/api=true", Prometheus = "label:convoy/metrics=true", Collector = "label:convoy/telemetry=true", Dns = "label:kubernetes.io/metadata.name=kube-system", Elsewhere = "label:kubernetes.io/metadata.name=elsewhere";
    const string NodeLocalDns = "169.254.20.10", Internet = "93.184.216.34", Database = "10.20.30.40";

    static readonly string[] Nodes = ["coordinator", "worker", "augmenter", "monitor"], Peers = ["coordinator", "worker", "augmenter"];

    public static TheoryData<string> Overlays => [.. SourceTree.Overlays];

    static IEnumerable<(string From, string To, string Port)> Needed(string overlay) =>
    [
        .. from one in Nodes from other in Nodes select (one, other, "control"),
        .. from one in Peers from other in Peers select (one, other, "data"),
        .. from one in Nodes.Append("client").Append("operator") from port in new[] { "53", "53/UDP" } from dns in new[] { Dns, NodeLocalDns } select (one, dns, port),
        .. from one in Nodes from port in new[] { "4317", "4318" } select (one, Collector, port),
        .. from one in new[] { "client", "operator", Ingress } select (one, "monitor", "api"),
        .. from node in new[] { "coordinator", "monitor" } select (Prometheus, node, "api"),
        .. from node in new[] { "worker", "augmenter" } select (Prometheus, node, "metrics"),
        .. from node in new[] { "coordinator", "monitor" } select overlay == "gpu" ? (node, Database, "5432") : (node, "postgresql", "postgresql"),
        ("operator", Internet, "443"), ("operator", Internet, "6443"), // Kubernetes' own API, wherever it is
    ];

    static IEnumerable<(string From, string To, string Port)> Closed(string overlay) =>
    [
        .. from one in new[] { "client", "operator", "loader", Ingress, Prometheus, Elsewhere, Internet } from node in Nodes select (one, node, "control"),
        .. from one in new[] { "client", "operator", "loader", "monitor", Ingress, Prometheus, Elsewhere } from node in Peers select (one, node, "data"),
        .. from node in new[] { "coordinator", "monitor" } from one in new[] { "loader", "worker", "augmenter", Elsewhere, Internet } select (one, node, "api"),
        .. from node in new[] { "worker", "augmenter" } from one in new[] { "client", Ingress, Elsewhere } select (one, node, "metrics"),
        .. from one in Nodes.Append("client").Append("loader") from port in new[] { "80", "443" } select (one, Internet, port),
        .. from one in new[] { "worker", "augmenter", "client", "operator", "loader", Ingress, Elsewhere } where overlay != "gpu" select (one, "postgresql", "postgresql"),
        .. from one in new[] { "worker", "augmenter", "client", "loader" } where overlay == "gpu" select (one, Database, "5432"),
    ];

    [Theory]
    [MemberData(nameof(Overlays))]
    public void What_the_cluster_needs_is_let_through(string overlay)
    {
        var flows = new Flows(Kustomize.Cluster(overlay));
        List<(string, string, string)> missing = [.. Needed(overlay).Where(flow => !flows.Allows(flows.Find(flow.From), flows.Find(flow.To), flow.Port))];
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void What_nobody_needs_is_not(string overlay)
    {
        var flows = new Flows(Kustomize.Cluster(overlay));
        List<(string, string, string)> open = [.. Closed(overlay).Where(flow => flows.Allows(flows.Find(flow.From), flows.Find(flow.To), flow.Port))];
        Assert.Empty(open);
    }
}
