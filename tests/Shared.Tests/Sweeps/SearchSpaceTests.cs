using System.Globalization;
using Convoy.Shared.Data;
using Convoy.Shared.Sweeps;

namespace Convoy.Shared.Tests.Sweeps;

public sealed class SearchSpaceTests
{
    private static SearchSpace Space(params string[] parameters) => SpaceBuilder.Build(SweepYaml.Space(parameters)).Space!;

    private static double[] Draws(Domain domain, int count)
    {
        var random = SeededRandom.Of("draws");
        return [.. Enumerable.Range(0, count).Select(_ => double.Parse(domain.At(random.NextDouble()), CultureInfo.InvariantCulture))];
    }

    [Theory]
    [InlineData(1, 4, 1.0, false, "1 2 3 4")]
    [InlineData(0.1, 0.55, 0.1, false, "0.1 0.2 0.3 0.4 0.5")]
    [InlineData(16, 64, 16.0, false, "16 32 48 64")]
    [InlineData(1, 3, 1.0, true, "1 2 3")]
    [InlineData(0, 1, null, false, "0 0.25 0.5 0.75 1")]
    [InlineData(0.0001, 1, null, true, "0.0001 0.001 0.01 0.1 1")]
    public void A_grid_holds_every_step_or_so_many_points(double low, double high, double? step, bool log, string values) =>
        Assert.Equal(values, string.Join(' ', new NumberDomain(low, high, step, log).Grid(5)));

    [Fact]
    public void Whole_numbers_are_drawn_alike_ends_included()
    {
        var draws = Draws(new NumberDomain(3, 7, 1, Log: false), 20_000);
        Assert.Equal([3, 4, 5, 6, 7], draws.Distinct().Order());
        Assert.All(draws.GroupBy(value => value), group => Assert.InRange(group.Count(), 3_800, 4_200));
    }

    [Fact]
    public void Logarithms_are_drawn_uniformly()
    {
        var draws = Draws(new NumberDomain(1e-4, 1, null, Log: true), 20_000);
        Assert.All(draws, value => Assert.InRange(value, 1e-4, 1));
        Assert.All(draws.GroupBy(value => Math.Floor(Math.Log10(value))).Where(group => group.Key < 0), group => Assert.InRange(group.Count(), 4_700, 5_300));
    }

    [Theory]
    [InlineData(1, 1000, 1.0, true)]
    [InlineData(0.5, 9.5, 0.5, true)]
    [InlineData(-3, 9, 1.5, false)]
    public void Places_within_a_values_cell_give_the_value(double low, double high, double step, bool log)
    {
        var domain = new NumberDomain(low, high, step, log);
        var random = SeededRandom.Of("cells");
        var end = 0.0;
        foreach (var value in domain.Grid(0))
        {
            var (from, to) = domain.Cell(value);
            Assert.Equal(end, from, 1e-9);
            Assert.Equal(value, domain.At(from + (to - from) * random.NextDouble(0.001, 0.999)));
            end = to;
        }
        Assert.Equal(1, end, 1e-9);
    }

    [Fact]
    public void A_drawn_number_is_what_is_shown()
    {
        var domain = new NumberDomain(1e-5, 0.1, null, Log: true);
        var random = SeededRandom.Of("digits");
        for (var i = 0; i < 1000; i++)
        {
            var place = random.NextDouble();
            var value = domain.At(place);
            Assert.True(value.Count(char.IsAsciiDigit) <= 12, value);
            Assert.Equal(place, domain.Cell(value).From, 1e-6);
        }
    }

    [Fact]
    public void A_parameter_exists_only_under_its_condition()
    {
        var space = Space(
            "optimizer.nesterov: {kind: choice, values: [true, false], when: {optimizer.momentum: [0.5, 0.9]}}",
            "optimizer.momentum: {kind: choice, values: [0, 0.5, 0.9], when: {optimizer.kind: sgd}}",
            "optimizer.kind: {kind: choice, values: [sgd, adam]}");
        var random = SeededRandom.Of("conditions");

        var draws = Enumerable.Range(0, 500).Select(_ => space.Draw(random)).ToList();

        Assert.All(draws, values =>
        {
            Assert.Equal(values["optimizer.kind"] == "sgd", values["optimizer.momentum"] is not null);
            Assert.Equal(values["optimizer.momentum"] is "0.5" or "0.9", values["optimizer.nesterov"] is not null);
        });
        Assert.Equal(6, draws.Distinct().Count());
        Assert.Equal(draws.Distinct().Select(values => values.ToString()).Order(), space.Grid(2).Select(values => values.ToString()).Order());
    }

    [Fact]
    public void A_draw_depends_on_its_stream_alone()
    {
        var space = Space("optimizer.lr: {kind: log, low: 0.0001, high: 0.1}", "batch_size: {kind: choice, values: [16, 32, 64]}");
        Assert.Equal(space.Draw(SeededRandom.Of("a", 1)), space.Draw(SeededRandom.Of("a", 1)));
        Assert.NotEqual(space.Draw(SeededRandom.Of("a", 1)), space.Draw(SeededRandom.Of("a", 2)));
    }
}
