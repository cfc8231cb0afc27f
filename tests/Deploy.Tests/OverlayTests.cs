using Convoy.Deploy.Tests.Rules;
using Convoy.Deploy.Tests.Support;

namespace Convoy.Deploy.Tests;

public sealed class OverlayTests
{
    public static MatrixTheoryData<string, string> RulesOfOverlays => new(SourceTree.Overlays, Rule.All.Keys);

    public static TheoryData<string> Overlays => [.. SourceTree.Overlays];

    [Theory]
    [MemberData(nameof(RulesOfOverlays))]
    public void Every_overlay_keeps_every_rule(string overlay, string rule) => Assert.Empty(Rule.All[rule](Kustomize.Cluster(overlay)));

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_overlay_has_all_kinds_of_nodes_and_a_client(string overlay) =>
        Assert.Superset(new HashSet<string> { "coordinator", "worker", "augmenter", "monitor", "client" },
            Kustomize.Cluster(overlay).Nodes.Select(one => one.In.Labels["app.kubernetes.io/component"]).ToHashSet());

    [Theory]
    [InlineData("gpu", true)]
    [InlineData("cpu", false)]
    public void Workers_ask_for_a_GPU_where_there_are_some(string overlay, bool wanted)
    {
        var worker = Kustomize.Cluster(overlay).Workloads.Single(workload => workload.Name == "worker").Pod;

        Assert.Equal(wanted, worker.Containers.Single().Resources.Limits.ContainsKey("nvidia.com/gpu"));
        Assert.Equal(wanted, worker.Tolerations?.Any(toleration => toleration.Key == "nvidia.com/gpu") ?? false);
        Assert.Equal(wanted, worker.NodeSelector?.ContainsKey("nvidia.com/gpu.present") ?? false);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    public void Nodes_that_are_no_laptop_s_have_certificates_and_serve_https(string overlay)
    {
        var manifests = Kustomize.Cluster(overlay);

        Assert.All(manifests.Nodes.Where(one => one.In.Labels["app.kubernetes.io/component"] is not ("client" or "operator")),
            one => Assert.Contains(one.In.Pod.Volumes, volume => volume.Secret?.SecretName == $"convoy-{one.In.Name}-tls"));
        Assert.All(manifests.Nodes.Where(one => manifests.Arguments(one.In, one.Container).Any(argument => argument.StartsWith("--api=", StringComparison.Ordinal))),
            one => Assert.Equal("HTTPS", one.Container.ReadinessProbe.HttpGet.Scheme));
    }
}
