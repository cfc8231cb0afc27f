using System.Globalization;
using System.Text.Json;
using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Data;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

/// <summary>Densities against those of Optuna (parzen.py), and draws against the densities.</summary>
public sealed class ParzenEstimatorTests
{
    static readonly Parameter[] Parameters =
        [Spaces.Float("x", -5, 10), Spaces.Log("rate", 1e-4, 1), Spaces.Steps("layers", 1, 6), Spaces.Steps("drop", 0, 0.5, 0.1), Spaces.Choice("kind", "sgd", "adam", "rmsprop")];

    static IEnumerable<JsonElement> Cases()
    {
        using var file = typeof(ParzenEstimatorTests).Assembly.GetManifestResourceStream("parzen.json")!;
        return [.. JsonDocument.Parse(file).RootElement.EnumerateArray()];
    }

    static string[] Values(JsonElement row) => [.. row.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetDouble().ToString(CultureInfo.InvariantCulture))];

    static ParzenEstimator Estimator(JsonElement observed) => new(Parameters, [.. observed.EnumerateArray().Select(row => new Assignment([.. Parameters.Zip(Values(row), (parameter, value) => new Setting(parameter.Name, value))]))]);

    [Fact]
    public void Densities_are_Optunas()
    {
        // Ours are over [0, 1] where Optuna's are over the values, or their logarithms.
        var scale = Math.Log(15) + Math.Log(Math.Log(1e4));
        foreach (var each in Cases())
        {
            var estimator = Estimator(each.GetProperty("observed"));
            foreach (var (row, expected) in each.GetProperty("asked").EnumerateArray().Zip(each.GetProperty("log_densities").EnumerateArray()))
                Assert.Equal(expected.GetDouble(), estimator.LogDensity(Values(row)) - scale, 1e-9);
        }
    }

    [Fact]
    public void Draws_have_the_density()
    {
        var estimator = Estimator(Cases().ElementAt(2).GetProperty("observed"));
        var random = SeededRandom.Of("parzen draws");
        var draws = Enumerable.Range(0, 20_000).Select(_ => estimator.Draw(random)).ToList();

        // Mean of 1 / density over draws is the size of the space: 1 x 1 x 6 x 6 x 3.
        Assert.InRange(draws.Average(values => Math.Exp(-estimator.LogDensity(values))), 100, 116);
        Assert.All(draws, values => Assert.InRange(double.Parse(values[0], CultureInfo.InvariantCulture), -5, 10));
    }

    [Theory]
    [InlineData(-1, 1, 0.682689492137086)]
    [InlineData(0, 1.96, 0.475002104851780)]
    [InlineData(3, 3.001, 4.425206545e-06)]
    [InlineData(-8, -7, 1.27919045e-12)]
    [InlineData(7, 8, 1.27919045e-12)]
    [InlineData(-40, 40, 1)]
    public void Masses_are_exact_in_the_tails_too(double from, double to, double mass) => Assert.Equal(1, Normal.Mass(from, to) / mass, 1e-6);
}
