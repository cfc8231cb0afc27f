using Convoy.Shared.Protocol;
using Convoy.Worker.Training;

namespace Convoy.Worker.Tests;

public sealed class TrainingStateTests
{
    static readonly TrainingState Within = new()
    {
        Step = 14,
        Data = "one",
        Epoch = new Sums(1, 2, 40),
        EpochSeconds = 3,
        Stretch = new Stretch(1, 2, 0, 4, 40),
        History = [new EpochMetrics(1, new Metrics(1, 0.5, 100), null, 2, 50)],
    };

    [Fact]
    public void On_the_same_data_it_goes_on_where_it_stood() => Assert.Equal(Within, Within.On("one"));

    [Fact]
    public void A_checkpoint_that_does_not_say_its_data_takes_what_there_is() => Assert.Equal(Within, (Within with { Data = null }).On("one"));

    [Fact]
    public void On_other_data_the_epoch_under_way_begins_anew_with_what_was_learnt()
    {
        var state = Within.On("other");
        Assert.Equal((14, new Origin(1, 14), "other", default(Sums), 0.0), (state.Step, state.Origin, state.Data, state.Epoch, state.EpochSeconds));
        Assert.Single(state.History);
        Assert.Equal(state.Origin, TrainingState.FromJson(state.ToJson()).Origin);
    }

    [Fact]
    public void Steps_and_epochs_count_from_there()
    {
        var origin = new Origin(1, 14);
        Assert.Equal([14L, 17, 20], new[] { 1, 2, 3 }.Select(epoch => origin.StepAfter(epoch, 3)));
        Assert.Equal([1, 1, 1, 2], new[] { 14, 15, 16, 17 }.Select(step => origin.EpochsDone(step, 3)));
        Assert.Equal([0, 1, 2, 0], new[] { 14, 15, 16, 17 }.Select(step => origin.StepsOfEpoch(step, 3)));
        Assert.Equal((30L, 2, 5), (default(Origin).StepAfter(3, 10), default(Origin).EpochsDone(25, 10), default(Origin).StepsOfEpoch(25, 10)));
    }
}
