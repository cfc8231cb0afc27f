using Convoy.Coordinator.Sweeps;
using Convoy.Coordinator.Sweeps.Strategies;
using Convoy.Shared.Protocol;
using Convoy.Shared.Sweeps;

namespace Convoy.Coordinator.Tests.Sweeps;

public sealed class MedianStoppingTests
{
    static readonly MedianStopping Rule = new(new WholeTrials(new LimitedSampler(new RandomSampler(Spaces.Small(), 1), 0), 9), graceEpochs: 1, minTrials: 3);

    static Trial Trial(int number, TrialPhase phase, params double[] scores) => new(number, Assignment.Empty, 0, 9, phase, [.. scores]);

    static string? Decide(Trial last, params Trial[] others) => Rule.Decide(new Trials { All = [.. others, last] }, last);

    static readonly Trial[] Three = [Trial(0, TrialPhase.Completed, 0.1, 0.3, 0.9), Trial(1, TrialPhase.Stopped, 0.3, 0.5), Trial(2, TrialPhase.Paused, 0.5, 0.7)];

    [Fact]
    public void A_trial_worse_than_the_median_of_the_others_averages_ends() => // 0.2, 0.4, 0.6
        Assert.Equal("worse than the median of 3 trials after epoch 2", Decide(Trial(3, TrialPhase.Running, 0.1, 0.39), Three));

    [Fact]
    public void One_that_is_not_worse_goes_on()
    {
        Assert.Null(Decide(Trial(3, TrialPhase.Running, 0.1, 0.4), Three));
        Assert.Null(Decide(Trial(3, TrialPhase.Running, 0.4, 0.1), Three));
    }

    [Fact]
    public void Nobody_ends_within_the_grace() => Assert.Null(Decide(Trial(3, TrialPhase.Running, 0.0), Three));

    [Fact]
    public void Nobody_ends_before_there_are_enough_to_compare_with()
    {
        Assert.Null(Decide(Trial(3, TrialPhase.Running, 0, 0), [.. Three.Take(2), Trial(2, TrialPhase.Running, 0.5, 0.7)]));
        Assert.Null(Decide(Trial(3, TrialPhase.Running, 0, 0, 0), Three));
        Assert.Null(Decide(Trial(3, TrialPhase.Running, 0, 0), [.. Three.Take(2), Trial(2, TrialPhase.Failed, 0.5, 0.7)]));
    }
}
