using System.Text.Json.Nodes;
using Convoy.Operator.Resources;
using Convoy.Operator.Runs;
using k8s;
using k8s.Models;

namespace Convoy.Operator.Tests;

/// <summary>The files that are applied to a cluster.</summary>
public sealed class ManifestTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "manifests");

    static readonly Dictionary<string, Type> Kinds = new()
    {
        ["convoy.dev/v1alpha1/TrainingJob"] = typeof(Workload),
        ["convoy.dev/v1alpha1/Sweep"] = typeof(Workload),
    };

    static IReadOnlyList<object> Load(string file) => KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(Folder, file)), Kinds, strict: true);

    static V1CustomResourceDefinition Crd(ResourceKind kind) => Assert.IsType<V1CustomResourceDefinition>(Assert.Single(Load($"crds/{kind.Plural}.yaml")));

    static V1JSONSchemaProps Schema(ResourceKind kind) => Assert.Single(Crd(kind).Spec.Versions).Schema.OpenAPIV3Schema;

    public static TheoryData<string> BothKinds => ["TrainingJob", "Sweep"];

    static ResourceKind KindOf(string name) => name == ResourceKind.Sweep.Kind ? ResourceKind.Sweep : ResourceKind.TrainingJob;

    [Theory]
    [MemberData(nameof(BothKinds))]
    public void A_definition_is_what_the_operator_asks_for(string name)
    {
        var (kind, crd) = (KindOf(name), Crd(KindOf(name)));
        var version = Assert.Single(crd.Spec.Versions);
        Assert.Equal((ResourceKind.Group, ResourceKind.Version, kind.Kind, kind.Plural, $"{kind.Plural}.{ResourceKind.Group}"),
            (crd.Spec.Group, version.Name, crd.Spec.Names.Kind, crd.Spec.Names.Plural, crd.Metadata.Name));
        Assert.NotNull(version.Subresources.Status);
        Assert.Equal(["State", "Progress", "Best", "Age"], version.AdditionalPrinterColumns.Where(column => column.Priority is null or 0).Select(column => column.Name));
        Assert.Equal(Enum.GetNames<RunState>().Order(), version.Schema.OpenAPIV3Schema.Properties["status"].Properties["state"].EnumProperty.Select(value => $"{value}").Order());
    }

    [Fact]
    public void Both_kinds_have_the_same_schema_but_for_their_descriptions() =>
        Assert.Equal(WithoutDescriptions(Schema(ResourceKind.TrainingJob)), WithoutDescriptions(Schema(ResourceKind.Sweep)));

    [Theory]
    [MemberData(nameof(BothKinds))]
    public void A_schema_has_each_field_of_the_operators_own_types_and_no_other(string name)
    {
        var schema = Schema(KindOf(name));
        Assert.Equal(FieldsOf<WorkloadSpec>(), schema.Properties["spec"].Properties.Keys.Order());
        Assert.Equal(FieldsOf<WorkloadStatus>(), schema.Properties["status"].Properties.Keys.Order());
        Assert.Equal(FieldsOf<V1Condition>(), schema.Properties["status"].Properties["conditions"].Items is { } items ? Node(items)["properties"]!.AsObject().Select(field => field.Key).Order() : []);
    }

    [Theory]
    [InlineData("samples/trainingjob.yaml")]
    [InlineData("samples/sweep.yaml")]
    public void A_sample_is_valid_and_its_spec_can_be_run(string file)
    {
        foreach (var sample in Load(file).Cast<Workload>())
        {
            var kind = KindOf(sample.Kind);
            Assert.Empty(SchemaCheck.Problems(Node(Schema(kind)), Node(sample), ""));
            Assert.NotEmpty(kind == ResourceKind.Sweep ? SpecOf.Sweep(sample.Spec) : SpecOf.Training(sample.Spec));
        }
    }

    [Theory]
    [InlineData("""{"spec": {"preset": "digits", "epochs": 3}}""", "spec.epochs: no such field")]
    [InlineData("""{"spec": {"preset": ""}}""", "spec.preset: shorter than 1")]
    [InlineData("""{"spec": {"priority": "high"}}""", "spec.priority: not of type integer")]
    [InlineData("""{"spec": {"overrides": [3]}}""", "spec.overrides[0]: not of type string")]
    [InlineData("""{"metadata": {}}""", "spec: missing")]
    [InlineData("""{"spec": {}, "status": {"state": "Asleep"}}""", "status.state: none of the values")]
    public void What_is_wrong_with_a_resource_is_seen(string json, string problem) =>
        Assert.Equal([problem], SchemaCheck.Problems(Node(Schema(ResourceKind.TrainingJob)), JsonNode.Parse(json)!, ""));

    [Fact]
    public void The_operator_may_do_no_more_than_it_does()
    {
        var role = Load("rbac.yaml").OfType<V1Role>().Single();
        Assert.Equal(
            ["convoy.dev: trainingjobs, sweeps: list, watch, patch", "convoy.dev: trainingjobs/status, sweeps/status: patch", ": events: create"],
            role.Rules.Select(rule => $"{string.Join(", ", rule.ApiGroups)}: {string.Join(", ", rule.Resources)}: {string.Join(", ", rule.Verbs)}"));
    }

    [Fact]
    public void The_pod_is_restricted_and_knows_its_token_from_a_secret()
    {
        var pod = Load("deployment.yaml").OfType<V1Deployment>().Single().Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);
        Assert.Equal((true, "RuntimeDefault", false, true, "ALL"), (pod.SecurityContext.RunAsNonRoot, pod.SecurityContext.SeccompProfile.Type,
            container.SecurityContext.AllowPrivilegeEscalation, container.SecurityContext.ReadOnlyRootFilesystem, container.SecurityContext.Capabilities.Drop.Single()));
        Assert.NotNull(container.Env.Single(variable => variable.Name == "CONVOY_TOKEN").ValueFrom.SecretKeyRef);
        Assert.Equal("operator", container.Args[0]);
    }

    static JsonNode Node(object value) => JsonNode.Parse(KubernetesJson.Serialize(value))!;

    static IEnumerable<string> FieldsOf<T>() => typeof(T).GetProperties().Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..]).Order();

    static string WithoutDescriptions(V1JSONSchemaProps schema)
    {
        var tree = Node(schema);
        foreach (var node in Below(tree).OfType<JsonObject>().ToList()) node.Remove("description");
        return tree.ToJsonString();
    }

    static IEnumerable<JsonNode> Below(JsonNode node) =>
        [node, .. (node switch { JsonObject map => map.Select(field => field.Value), JsonArray list => list, _ => [] }).OfType<JsonNode>().SelectMany(Below)];
}
