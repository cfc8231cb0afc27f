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

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_image_is_of_one_version(string overlay) =>
        Assert.All(Kustomize.Cluster(overlay).Containers, one => Assert.Matches(@":\d+\.\d+(\.\d+)?(-\w+)?$", one.Container.Image));

    [Theory]
    [MemberData(nameof(Overlays))]
    public void What_is_secret_is_read_by_its_pod_alone(string overlay) =>
        Assert.All(from workload in Kustomize.Cluster(overlay).Workloads from volume in workload.Pod.Volumes ?? [] where volume.Secret is not null select (workload, volume.Secret),
            one => Assert.Equal((Convert.ToInt32("440", 8), 1654), (one.Secret.DefaultMode, one.workload.Pod.SecurityContext.FsGroup)));

    [Fact]
    public void The_loader_alone_can_write_to_the_data_and_proves_itself_to_nobody()
    {
        var manifests = Kustomize.Cluster("cpu");
        var writers = from one in manifests.Containers
                      from mount in one.Container.VolumeMounts ?? []
                      where mount.ReadOnlyProperty != true && one.In.Pod.Volumes.SingleOrDefault(volume => volume.Name == mount.Name)?.PersistentVolumeClaim?.ClaimName == "convoy-data"
                      select one.In.Owner;
        Assert.Equal(["Pod loader"], writers);
        Assert.DoesNotContain(manifests.Workloads.Single(workload => workload.Owner == "Pod loader").Pod.Volumes, volume => volume.Secret is not null);
    }

    [Fact]
    public void The_operator_finds_in_the_laptop_s_overlay_all_that_it_needs()
    {
        var manifests = Kustomize.Cluster("local");
        var wanted = manifests.Nodes.Single(one => one.In.Labels["app.kubernetes.io/component"] == "operator").Container.Env.Select(variable => variable.ValueFrom?.SecretKeyRef).OfType<k8s.Models.V1SecretKeySelector>();
        Assert.All(wanted.Where(secret => secret.Optional != true), secret => Assert.Contains(secret.Key, manifests.Named<k8s.Models.V1Secret>(secret.Name)!.Data.Keys));
    }
}
