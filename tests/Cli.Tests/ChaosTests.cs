using Convoy.Chaos;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Hosting;
using Convoy.Shared.Protocol;

namespace Convoy.Cli.Tests;

/// <summary>Processes that are killed, frozen and started while a world of three trains; <c>bench/chaos.sh</c> does the same at length, and takes the time.</summary>
[Collection(OneAtATime.Name)]
public sealed class ChaosTests
{
    readonly Scenarios _scenarios = new(
        new Course("digits", ["data.train=2560", "data.validation=200", "data.test=200"], Step: 60, Epochs: 4, Longer: 14), TestContext.Current.CancellationToken);

    public ChaosTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent by number");

    [Fact]
    public async Task A_worker_killed_in_the_backward_pass_costs_no_step() => AssertWhole(await _scenarios.KillAsync(ReplicaPhase.Backward));

    [Fact, Trait("Category", "Slow")]
    public async Task A_rank_0_killed_with_its_checkpoint_costs_no_step() => AssertWhole(await _scenarios.KillAsync(ReplicaPhase.Checkpoint));

    [Fact]
    public async Task A_worker_that_is_told_to_end_under_load_leaves_in_its_grace_and_costs_no_step_and_no_retry()
    {
        var outcome = await _scenarios.LeaveAsync();
        AssertWhole(outcome);
        Assert.Equal(0, outcome.Exit!.Code);
        Assert.InRange(outcome.Exit.After, TimeSpan.Zero, NodeOptions.ShutdownTimeout);
        Assert.Equal(0, outcome.Retries);
    }

    [Fact, Trait("Category", "Slow")]
    public async Task A_frozen_worker_is_dropped_like_a_dead_one_and_comes_back()
    {
        var outcome = await _scenarios.FreezeAsync(ReplicaPhase.Exchange, stepDeadline: TimeSpan.FromSeconds(1), asleep: TimeSpan.FromSeconds(2));
        AssertWhole(outcome);
        Assert.Contains("contributes again", outcome.Note, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Slow")]
    public async Task A_worker_started_meanwhile_contributes() => AssertWhole(await _scenarios.NewcomerAsync());

    static void AssertWhole(Outcome outcome)
    {
        Assert.NotNull(outcome.Recovery);
        Assert.True(outcome.Clean, outcome.Note);
        Assert.Equal(0, outcome.Repeated);
        Assert.InRange(outcome.Accuracy ?? 0, 0.9, 1);
    }
}
