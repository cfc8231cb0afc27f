using System.Buffers.Binary;
using Convoy.Monitoring.Importance;
using Convoy.Monitoring.Plots;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Sweeps;
using Convoy.Shared.Sweeps;

namespace Convoy.Cli.Tests;

public sealed class SweepPictureTests
{
    [Fact]
    public void Importance_is_the_share_of_the_variance_that_a_parameter_explains_alone()
    {
        // Over the unit cube 3x + y has the variances 9/12 and 1/12; z has none.
        var (random, points) = (SeededRandom.Of("importance test", 1), new List<double[]>());
        for (var i = 0; i < 400; i++) points.Add([random.NextDouble(), random.NextDouble(), random.NextDouble()]);

        var shares = ParameterImportance.Shares(points, [.. points.Select(point => 3 * point[0] + point[1])], seed: 1)!;

        Assert.InRange(shares[0], 0.85, 0.95);
        Assert.InRange(shares[1], 0.05, 0.13);
        Assert.InRange(shares[2], 0, 0.01);
    }

    [Fact]
    public void What_parameters_do_together_only_is_nobodys()
    {
        // (x - 1/2)(y - 1/2) has no effect of x or y alone.
        var (random, points) = (SeededRandom.Of("importance test", 2), new List<double[]>());
        for (var i = 0; i < 400; i++) points.Add([random.NextDouble(), random.NextDouble()]);

        var shares = ParameterImportance.Shares(points, [.. points.Select(point => (point[0] - 0.5) * (point[1] - 0.5))], seed: 1)!;

        Assert.InRange(shares.Sum(), 0, 0.2);
    }

    static readonly SweepSpec Sweep = SpecSource.LoadSweep("mnist-sweep");

    static TrialView Trial(int number, double? objective, TrialPhase phase = TrialPhase.Completed) =>
        new(number, $"s-{number}", phase, SearchSpace.Of(Sweep).Draw(SeededRandom.Of("pictures", number)).Settings, objective, 1, 1, 4, 1, 1, null, null);

    [Fact]
    public void Importance_is_learnt_from_so_many_trials_and_says_where_they_trained_for_different_times()
    {
        TrialView[] Trials(int most) => [.. Enumerable.Range(0, 1000).Select(number => Trial(number, 0.9 + number * 1e-5) with { Epochs = 1 + number % most })];

        Assert.Equal("mnist-sweep: importance for val_acc (fANOVA, 200 trials, each at its best of 1 to 3 epochs)", ImportancePlot.Title(new SeenSweep(Sweep, Trials(most: 3))));
        Assert.Equal("mnist-sweep: importance for val_acc (fANOVA, 200 trials)", ImportancePlot.Title(new SeenSweep(Sweep, Trials(most: 1))));
        Assert.Equal("mnist-sweep: importance for val_acc (fANOVA, 0 trials)", ImportancePlot.Title(new SeenSweep(Sweep, [])));
    }

    public static TheoryData<string, TrialView[]> Sweeps => new()
    {
        { "none", [] },
        { "one", [Trial(0, 0.9)] },
        { "without a result", [Trial(0, null, TrialPhase.Failed), Trial(1, double.NaN, TrialPhase.Failed)] },
        { "all the same", [.. Enumerable.Range(0, 8).Select(number => Trial(number, 0.9))] },
        { "one that came to nothing", [.. Enumerable.Range(0, 12).Select(number => Trial(number, number == 5 ? 0.1 : 0.98 + number * 0.001, number % 3 == 0 ? TrialPhase.Completed : TrialPhase.Stopped))] },
    };

    [Theory]
    [MemberData(nameof(Sweeps))]
    public void Every_sweep_has_its_pictures(string what, TrialView[] trials)
    {
        var pictures = SweepPictures.Of(Sweep, trials);

        Assert.Equal(["history.png", "importance.png", "parallel-coordinates.png"], pictures.Keys.Order(StringComparer.Ordinal));
        Assert.All(pictures, picture => Assert.True(BinaryPrimitives.ReadInt32BigEndian(picture.Value().AsSpan(16)) >= 1000, $"{what}: {picture.Key}"));
    }
}
