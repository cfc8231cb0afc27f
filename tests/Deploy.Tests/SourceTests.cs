using System.Text.RegularExpressions;
using Convoy.Coordinator.Api.Security;
using Convoy.Deploy.Tests.Support;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Convoy.Deploy.Tests;

public sealed partial class SourceTests
{
    public static TheoryData<string> Manifests => [.. SourceTree.Manifests];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void No_manifest_says_a_key_twice(string file) => Read(SourceTree.Read(file));

    [Fact]
    public void A_key_that_is_said_twice_is_found() =>
        Assert.Contains("Duplicate key", Assert.Throws<YamlException>(() => Read("spec:\n  replicas: 1\n  replicas: 2\n")).Message);

    [Fact]
    public void The_job_s_spec_is_one_that_can_be_trained() => Assert.Equal("digits", SpecReader.Read(SourceTree.Read("k8s/jobs/spec.yaml"), "spec.yaml").Name);

    [Fact]
    public void The_sweep_s_spec_is_one_that_can_be_run() => Assert.Equal(4, SweepReader.Read(SourceTree.Read("k8s/sweeps/spec.yaml"), "spec.yaml").Budget.Trials);

    [Theory]
    [InlineData("train", "k8s/jobs/spec.yaml"), InlineData("sweep", "k8s/sweeps/spec.yaml")]
    public void A_Job_submits_its_own_spec_and_follows_it(string verb, string spec)
    {
        var manifests = Kustomize.Cluster("cpu");
        var (job, container) = manifests.Nodes.Single(one => one.In.Owner == $"Job {verb}");
        Assert.Equal([verb, "/spec/spec.yaml", "--server=http://stands-for-it", "--id=http://stands-for-it-http://stands-for-it"], manifests.Arguments(job, container));
        Assert.Equal(SourceTree.Read(spec), manifests.Named<k8s.Models.V1ConfigMap>(job.Pod.Volumes.Single(volume => volume.Name == "spec").ConfigMap.Name)!.Data["spec.yaml"]);
    }

    [Fact]
    public void The_laptop_s_token_is_the_one_that_its_clients_show()
    {
        var overlay = SourceTree.Read("k8s/overlays/local/kustomization.yaml");
        var token = LocalToken().Match(overlay).Groups[1].Value;

        Assert.Equal(ApiRole.Admin, AccessTokens.In(Path.Combine(SourceTree.Root, "k8s/overlays/local/tokens.json")).Holder(token)?.Role);
    }

    [Fact]
    public void Every_image_is_a_target_of_the_Dockerfile_and_runs_as_its_user()
    {
        var dockerfile = SourceTree.Read("k8s/images/Dockerfile");
        var targets = Stage().Matches(dockerfile).Select(stage => $"convoy-{stage.Groups[1].Value}").ToHashSet();
        var user = long.Parse(User().Match(dockerfile).Groups[1].Value);

        Assert.All(Kustomize.Cluster("cpu").Nodes, one =>
        {
            Assert.Contains(one.Container.Image.Split('/')[^1].Split(':')[0], targets);
            Assert.Equal(user, one.In.Pod.SecurityContext.RunAsUser);
        });
    }

    static void Read(string text) => new YamlStream().Load(new StringReader(text));

    [GeneratedRegex(@"token=(\w+)")]
    private static partial Regex LocalToken();

    [GeneratedRegex(@"^FROM \S+ AS (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Stage();

    [GeneratedRegex(@"^USER (\d+)", RegexOptions.Multiline)]
    private static partial Regex User();
}
