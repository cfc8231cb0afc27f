using Convoy.Worker.Training;

namespace Convoy.Worker.Tests;

public sealed class RankProgressTests
{
    static RankProgress At(ulong progress, ulong learnt, ulong stage = 0) => new(progress, stage, learnt);

    [Fact]
    public void Where_nobody_has_anything_there_is_no_source() => Assert.Null(RankProgress.Source([default, default]));

    [Fact]
    public void The_lowest_of_the_furthest_is_the_source() => Assert.Equal(1, RankProgress.Source([At(5, 1), At(8, 2), At(8, 2), default]));

    [Fact]
    public void The_majority_of_the_furthest_is_right() => Assert.Equal(1, RankProgress.Source([At(8, 1), At(8, 2), At(8, 2)]));

    [Fact]
    public void Where_the_furthest_are_split_one_behind_them_is_the_source() => Assert.Equal(2, RankProgress.Source([At(8, 1), At(8, 2), At(7, 3)]));

    [Fact]
    public void Ranks_that_are_split_at_every_step_have_no_source() =>
        Assert.Null(Assert.Throws<ReplicasDivergedException>(() => RankProgress.Source([At(8, 1), At(8, 2), default])).Differs);

    [Fact]
    public void Between_two_stages_the_later_one_is_as_good() => Assert.Equal(1, RankProgress.Source([At(8, 1), At(8, 2, stage: 1)]));

    [Fact]
    public void An_epoch_that_is_done_is_further_than_one_whose_statistics_are_averaged_and_that_than_one_under_way()
    {
        ulong Of(TrainingState state) => RankProgress.Of(new HeldState(state, default)).Progress;
        var open = new TrainingState { Step = 7, Epoch = new Sums(1, 1, 1) };
        ulong[] rising = [0, Of(new TrainingState()), Of(open with { Step = 6 }), Of(open), Of(open with { IsAveraged = true }), Of(new TrainingState { Step = 7 }), Of(open with { Step = 8 })];
        Assert.Equal(rising.Order().Distinct(), rising);
    }
}
