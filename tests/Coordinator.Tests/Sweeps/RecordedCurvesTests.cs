using System.Globalization;
using Convoy.Coordinator.Sweeps.Strategies;

namespace Convoy.Coordinator.Tests.Sweeps;

/// <summary>Strategies on curves of real trainings, which <c>bench/sweeps.sh record</c> recorded: a trial is one of them, played again.</summary>
public sealed class RecordedCurvesTests
{
    const int Seeds = 5, RandomTrials = 20;

    static readonly double[][] Curves = [.. File.ReadLines(Path.Combine(Root, "docs", "results", "sweep-curves.csv")).Skip(1).Select(Curve)];
    static readonly int Epochs = Curves[0].Length;
    static readonly Search Table = Spaces.Search(Spaces.Choice("curve", [.. Enumerable.Range(0, Curves.Length).Select(number => number.ToString(CultureInfo.InvariantCulture))]));

    static double[] Curve(string line) => [.. line.Split(',')[1..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];

    static Simulation Played(IStrategy strategy, double? reach = null)
    {
        var simulation = new Simulation(strategy, Epochs, (values, epoch) => Curves[(int)values.Number("curve")][epoch - 1]) { Places = 1, Reach = reach };
        simulation.Run();
        return simulation;
    }

    [Fact]
    public void Asha_reaches_what_random_search_finds_with_at_most_half_of_its_epochs()
    {
        var shares = Enumerable.Range(1, Seeds).Select(seed =>
        {
            var random = Played(new WholeTrials(new LimitedSampler(new RandomSampler(Table, seed), RandomTrials), Epochs));
            var asha = Played(new Asha(new RandomSampler(Table, seed), Asha.Rungs(1, Epochs, 3), 3), random.Best);
            TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"seed {seed}: random search {random.Best:F4} in {random.Epochs} epochs; ASHA {asha.Best:F4} in {asha.Epochs}"));
            Assert.True(asha.Best >= random.Best);
            return (double)asha.Epochs / random.Epochs;
        }).ToList();

        TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"ASHA needs {shares.Average():P0} of the epochs, mean of {Seeds} seeds"));
        Assert.InRange(shares.Average(), 0, 0.5);
    }

    static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Cluster.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }
}
