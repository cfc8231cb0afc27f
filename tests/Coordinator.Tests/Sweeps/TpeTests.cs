using Convoy.Coordinator.Sweeps;
using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Protocol;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

public sealed class TpeTests
{
    const int Budget = 60, Seeds = 20;

    static readonly double[][] HartmannA = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]];
    static readonly double[][] HartmannP =
        [[0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991], [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381]];
    static readonly double[] HartmannWeights = [1, 1.2, 3, 3.2];

    static readonly Search BraninSpace = Spaces.Search(Spaces.Float("x", -5, 10), Spaces.Float("y", 0, 15));
    static readonly Search HartmannSpace = Spaces.Search([.. Enumerable.Range(0, 6).Select(i => Spaces.Float($"x{i}", 0, 1))]);

    /// <summary>Least 0.397887.</summary>
    static double Branin(Assignment at)
    {
        var (x, y) = (at.Number("x"), at.Number("y"));
        return Math.Pow(y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6, 2) + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x) + 10;
    }

    /// <summary>Least -3.32237.</summary>
    static double Hartmann(Assignment at) => -Enumerable.Range(0, 4).Sum(i =>
        HartmannWeights[i] * Math.Exp(-Enumerable.Range(0, 6).Sum(j => HartmannA[i][j] * Math.Pow(at.Number($"x{j}") - HartmannP[i][j], 2))));

    static double MeanBest(Func<Assignment, double> function, Func<int, ISampler> sampler) => Enumerable.Range(1, Seeds).Average(seed =>
    {
        var simulation = new Simulation(new WholeTrials(new LimitedSampler(sampler(seed), Budget), epochs: 1), 1, (values, _) => -function(values)) { Places = 1 };
        simulation.Run();
        return -simulation.Best;
    });

    [Fact]
    public void The_functions_are_the_ones_of_the_literature()
    {
        Assert.Equal(0.397887, Branin(new([new("x", "3.14159265"), new("y", "2.275")])), 1e-6);
        double[] best = [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573];
        Assert.Equal(-3.32237, Hartmann(new([.. best.Index().Select(item => new Setting($"x{item.Index}", $"{item.Item}"))])), 1e-5);
    }

    // A trial that goes up a rung is the best there is, not one of those to keep away from.
    [Fact]
    public void Trials_that_went_up_a_rung_and_train_again_are_among_the_good()
    {
        var search = Spaces.Search(Spaces.Float("x", 0, 1));
        var trials = Trials.None;
        for (var number = 0; number < 20; number++)
        {
            var isPromoted = number is 5 or 12;
            var x = isPromoted ? 0.8 + number * 1e-3 : number / 30.0;
            trials = trials.Started(new([new("x", x.ToString(System.Globalization.CultureInfo.InvariantCulture))]), $"{number}", isPromoted ? 9 : 1, 0).Reported(number, x);
            if (isPromoted) trials = trials.Reported(number, x).Reported(number, x);
            else trials = trials.Ended(number, TrialPhase.Paused);
        }

        var near = Enumerable.Range(1, Seeds).Count(seed => new TpeSampler(search, seed).Sample(trials)!.Number("x") is > 0.7 and < 0.9);

        Assert.InRange(near, Seeds * 3 / 4, Seeds);
    }

    [Fact]
    public void It_beats_random_search_on_Branin()
    {
        var tpe = MeanBest(Branin, seed => new TpeSampler(BraninSpace, seed));
        var random = MeanBest(Branin, seed => new RandomSampler(BraninSpace, seed));
        TestContext.Current.SendDiagnosticMessage($"Branin: TPE {tpe:F4}, random {random:F4}");
        Assert.InRange(tpe, 0.397887, random - 0.2);
    }

    [Fact]
    public void It_beats_random_search_on_Hartmann6()
    {
        var tpe = MeanBest(Hartmann, seed => new TpeSampler(HartmannSpace, seed));
        var random = MeanBest(Hartmann, seed => new RandomSampler(HartmannSpace, seed));
        TestContext.Current.SendDiagnosticMessage($"Hartmann6: TPE {tpe:F4}, random {random:F4}");
        Assert.InRange(tpe, -3.32237, random - 0.3);
    }
}
