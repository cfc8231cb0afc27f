using Convoy.Coordinator.Jobs;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class DataRootTests
{
    static readonly DataRoot Root = DataRoot.At("/srv/data/");

    static readonly string[] Paths = ["data.path", "data.disk_cache", "model.base.weights"];

    static TrainingSpec Spec(params string[] overrides) => SpecSource.Load("cats-dogs-features", overrides);

    [Theory]
    [InlineData("cats", "/srv/data/cats")]
    [InlineData("/srv/data/cats/", "/srv/data/cats")]
    [InlineData("./a/../cats", "/srv/data/cats")]
    [InlineData("/srv/data", "/srv/data")]
    public void A_path_within_it_becomes_absolute(string given, string path)
    {
        var spec = Root.Confine(Spec([.. Paths.Select(field => $"{field}={given}"), $"monitor.gradcam=[{given}, {given}]"]));
        Assert.Equal([path, path, path, path, path], [spec.Data.Path, spec.Data.DiskCache, spec.Model.Base!.Weights, .. spec.Monitor!.Gradcam]);
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("..")]
    [InlineData("cats/../../database")]
    [InlineData("/srv/database")]
    [InlineData("/srv/data/../database")]
    public void A_path_that_leads_out_is_named_with_its_field(string given)
    {
        var error = Assert.Throws<SpecException>(() => Root.Confine(Spec([.. Paths.Select(field => $"{field}={given}"), $"monitor.gradcam=[{given}]"])));
        Assert.Equal(["data.path", "data.disk_cache", "model.base.weights", "monitor.gradcam"], error.Problems.Select(problem => problem.Split(':')[0]));
        Assert.All(error.Problems, problem => Assert.Contains($"'{given}' leads out of /srv/data", problem));
    }

    // Whoever adds a field of text says here what it is; a path must be confined, and stand among those above.
    [Fact]
    public void Every_text_of_a_spec_is_a_path_that_is_confined_or_is_none()
    {
        string[] names = ["name", "model.base.backbone", "model.base.trainable.from", "model.layers.inputs", "model.layers.name", "stages.trainable.from"];
        var found = Texts(typeof(TrainingSpec), "", []).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(names.Concat(Paths).Append("monitor.gradcam").Order(StringComparer.Ordinal), found);
    }

    static IEnumerable<string> Texts(Type type, string path, Type[] within)
    {
        if (type == typeof(string)) return [path];
        if (type.IsGenericType && type.GetGenericArguments() is [.., var item]) return Texts(item, path, within);
        if (type.Namespace?.StartsWith("Convoy", StringComparison.Ordinal) is not true || type.IsEnum || within.Contains(type)) return [];
        var kinds = type.IsAbstract ? type.Assembly.GetTypes().Where(other => other.IsSubclassOf(type) && !other.IsAbstract) : [type];
        return kinds.SelectMany(kind => kind.GetProperties(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance))
            .SelectMany(property => Texts(property.PropertyType, path.Length == 0 ? SnakeCase(property.Name) : $"{path}.{SnakeCase(property.Name)}", [.. within, type]));
    }

    static string SnakeCase(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    [Fact]
    public void The_root_of_all_takes_every_path() => Assert.Equal("/srv/cats", DataRoot.At("/").Confine(Spec("data.path=srv/cats")).Data.Path);

    [Fact]
    public void Without_one_a_spec_stays_as_it_is()
    {
        var spec = Spec("data.path=/etc");
        Assert.Same(spec, DataRoot.Anywhere.Confine(spec));
    }
}
