using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Sweeps;

namespace Convoy.Shared.Tests.Sweeps;

public sealed class TrialSpecsTests
{
    [Fact]
    public void A_trial_is_the_base_with_its_parameters()
    {
        var specs = new TrialSpecs(SweepYaml.Read(SweepYaml.Small, "epochs=3"));

        var spec = specs.Of(SweepYaml.Values("optimizer.lr=0.002"), 7);

        Assert.Equal(("sweep-7", 3, 0.002), (spec.Name, spec.Epochs, spec.Optimizer.Lr));
        Assert.Equal(SpecWriter.Write(spec), SpecWriter.Write(SpecReader.Read(SpecWriter.Write(spec), "spec.yaml")));
    }

    [Fact]
    public void Filters_and_layers_become_plain_layers()
    {
        var spec = new TrialSpecs(SpecSource.LoadSweep("mnist-sweep")).Of(SweepYaml.Values("filters=16", "layers=3", "optimizer.lr=0.001"), 0);

        Assert.Equal([16, 32, 64], spec.Model.Layers.OfType<Conv2D>().Select(conv => conv.Filters));
        Assert.Equal(3, spec.Model.Layers.OfType<MaxPooling2D>().Count());
    }

    [Fact]
    public void Seeds_are_a_function_of_the_sweeps_and_the_number()
    {
        var (one, other) = (new TrialSpecs(SweepYaml.Read(SweepYaml.Small)), new TrialSpecs(SweepYaml.Read(SweepYaml.Small, "seed=2")));
        var values = SweepYaml.Values("optimizer.lr=0.002");

        var seeds = Enumerable.Range(0, 100).SelectMany(trial => new[] { one.Of(values, trial).Seed, other.Of(values, trial).Seed }).ToList();

        Assert.Distinct(seeds);
        Assert.Equal(seeds[^2], one.Of(values, 99).Seed);
        Assert.Equal(SpecWriter.Write(one.Resolve(values)), SpecWriter.Write(other.Resolve(values)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5, "data.seed=5")]
    public void All_trials_are_judged_by_the_same_data(int seed, params string[] settings)
    {
        var specs = new TrialSpecs(SweepYaml.Read(SweepYaml.Small, settings));

        Assert.Equal([seed, seed], Enumerable.Range(0, 2).Select(trial => specs.Of(SweepYaml.Values("optimizer.lr=0.002"), trial).Data.Seed));
    }

    [Theory]
    [InlineData("set.seed=9")]
    [InlineData("space.seed={kind: choice, values: [9]}")]
    public void A_seed_that_is_set_stays(string setting)
    {
        var specs = new TrialSpecs(SweepYaml.Read(SweepYaml.Small, setting));

        Assert.Equal([9, 9], Enumerable.Range(0, 2).Select(trial => specs.Of(SweepYaml.Values(setting.StartsWith("space", StringComparison.Ordinal) ? ["optimizer.lr=0.002", "seed=9"] : ["optimizer.lr=0.002"]), trial).Seed));
    }

    [Fact]
    public void What_does_not_hold_together_says_why()
    {
        var specs = new TrialSpecs(SweepYaml.Read(SweepYaml.Small));

        Assert.Null(specs.Problem(SweepYaml.Values("optimizer.lr=1")));
        Assert.Equal("space: optimizer.lr=banana: expected a number from 1e-12 to 1000, found 'banana'", specs.Problem(SweepYaml.Values("optimizer.lr=banana")));
    }
}
