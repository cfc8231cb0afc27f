using Convoy.Coordinator.Jobs;
using Convoy.Shared.Specs;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class DataRootTests
{
    static readonly DataRoot Root = DataRoot.At("/srv/data/");

    static TrainingSpec Spec(params string[] overrides) => SpecSource.Load("cats-dogs-features", overrides);

    [Theory]
    [InlineData("cats", "/srv/data/cats")]
    [InlineData("/srv/data/cats/", "/srv/data/cats")]
    [InlineData("./a/../cats", "/srv/data/cats")]
    [InlineData("/srv/data", "/srv/data")]
    public void A_path_within_it_becomes_absolute(string given, string path)
    {
        var spec = Root.Confine(Spec($"data.path={given}", $"data.disk_cache={given}", $"model.base.weights={given}"));
        Assert.Equal([path, path, path], [spec.Data.Path, spec.Data.DiskCache, spec.Model.Base!.Weights]);
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("..")]
    [InlineData("cats/../../database")]
    [InlineData("/srv/database")]
    [InlineData("/srv/data/../database")]
    public void A_path_that_leads_out_is_named_with_its_field(string given)
    {
        var error = Assert.Throws<SpecException>(() => Root.Confine(Spec($"data.path={given}", $"data.disk_cache={given}", $"model.base.weights={given}")));
        Assert.Equal(["data.path", "data.disk_cache", "model.base.weights"], error.Problems.Select(problem => problem.Split(':')[0]));
        Assert.All(error.Problems, problem => Assert.Contains($"'{given}' leads out of /srv/data", problem));
    }

    [Fact]
    public void The_root_of_all_takes_every_path() => Assert.Equal("/srv/cats", DataRoot.At("/").Confine(Spec("data.path=srv/cats")).Data.Path);

    [Fact]
    public void Without_one_a_spec_stays_as_it_is()
    {
        var spec = Spec("data.path=/etc");
        Assert.Same(spec, DataRoot.Anywhere.Confine(spec));
    }
}
