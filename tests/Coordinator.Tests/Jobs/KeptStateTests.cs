using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Jobs;

/// <summary>A world begins from the weights that the one before ended with, or its user is told that it does not.</summary>
public sealed class KeptStateTests
{
    static PeerLost Lost(int rank, long step, ulong digest) => new("a", 1, rank, step, "lost a peer", digest);

    static Scenario Regrouped() => Scenario.Running().Then(Lost(0, 12, 77)).Then(Lost(1, 11, 66));

    static IEnumerable<string> Warnings(Scenario job) => job.Last.Events.OfType<JobWarned>().Select(warned => warned.Text);

    [Fact]
    public void A_world_that_begins_from_what_the_furthest_rank_kept_is_no_news()
    {
        var job = Regrouped().Then(Scenario.Ready(2, 0, step: 12) with { Digest = 77 });
        Assert.Empty(Warnings(job));
        Assert.Null(job.State.View().Warning);
    }

    [Fact]
    public void Other_weights_are_told()
    {
        var job = Regrouped().Then(Scenario.Ready(2, 0, step: 12) with { Digest = 78 });
        Assert.Equal(["world 2 begins at step 12 with other weights than the one before ended with"], Warnings(job));
        Assert.Equal(Warnings(job).Single(), job.State.View().Warning);
    }

    [Fact]
    public void A_world_that_falls_back_says_how_far_the_one_before_had_come() => Assert.Equal(
        ["world 2 begins at step 10, though the one before had come to step 12: the ranks that had come so far are gone"],
        Warnings(Regrouped().Then(Scenario.Ready(2, 1, step: 10) with { Digest = 5 })));

    [Fact]
    public void It_is_told_once() => Assert.Empty(Warnings(Regrouped().Then(Scenario.Ready(2, 1, step: 10)).Then(Scenario.Ready(2, 0, step: 10))));

    [Fact]
    public void A_warning_of_a_rank_is_journalled_and_shown()
    {
        var job = Scenario.Running().Then(new ReplicaWarned("a", 1, 0, "the loss fell"));
        Assert.Equal("the loss fell", job.State.View().Warning);
        Assert.Equal("the loss fell", job.Recovered().State.View().Warning);
    }

    [Fact]
    public void Ranks_that_differ_go_on_from_the_last_checkpoint()
    {
        var job = Scenario.Saved().Then(new ReplicaFailed("a", 1, 0, "the weights of the ranks differ after step 12, and no majority says which are right", Fatal: false));
        Assert.Equal(JobPhase.Queued, job.State.Phase);
        Assert.Equal(Scenario.Name(10), job.Then(Scenario.Granted()).Effect<StartReplicas>().Checkpoint);
    }
}
