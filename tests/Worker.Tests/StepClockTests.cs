using Convoy.Shared.Protocol;
using Convoy.Worker.Training;
using Microsoft.Extensions.Time.Testing;

namespace Convoy.Worker.Tests;

public sealed class StepClockTests
{
    readonly FakeTimeProvider _time = new();
    readonly StepClock _clock;

    public StepClockTests() => _clock = new StepClock(_time);

    [Fact]
    public void A_phase_lasts_until_the_next_one()
    {
        Step((ReplicaPhase.BatchWait, 5), (ReplicaPhase.Forward, 10), (ReplicaPhase.Backward, 20), (ReplicaPhase.Exchange, 40), (ReplicaPhase.Optimizer, 2));

        Assert.Equal(new StepSeconds(0.005, 0.010, 0.020, 0.040, 0.002), _clock.Seconds);
        Assert.Equal(0.077, _clock.Seconds.Total, 1e-9);
    }

    [Fact]
    public void A_step_without_a_share_has_no_backward_pass_whatever_the_one_before_had()
    {
        Step((ReplicaPhase.BatchWait, 5), (ReplicaPhase.Forward, 10), (ReplicaPhase.Backward, 20), (ReplicaPhase.Exchange, 40), (ReplicaPhase.Optimizer, 2));
        Step((ReplicaPhase.BatchWait, 5), (ReplicaPhase.Forward, 1), (ReplicaPhase.Exchange, 60), (ReplicaPhase.Optimizer, 2));

        Assert.Equal(0, _clock.Seconds.Backward);
        Assert.DoesNotContain(_clock.Phases, phase => phase.Phase == ReplicaPhase.Backward);
    }

    [Fact]
    public void What_comes_between_steps_is_no_part_of_them()
    {
        Step((ReplicaPhase.BatchWait, 5), (ReplicaPhase.Forward, 10), (ReplicaPhase.Backward, 20), (ReplicaPhase.Exchange, 40), (ReplicaPhase.Optimizer, 2));
        Step((ReplicaPhase.Evaluation, 500), (ReplicaPhase.Checkpoint, 300));

        Assert.Equal(0.077, _clock.Seconds.Total, 1e-9);
    }

    [Fact]
    public void A_mean_is_taken_phase_by_phase() =>
        Assert.Equal(new StepSeconds(2, 3, 4, 5, 6), (new StepSeconds(1, 2, 3, 4, 5) + new StepSeconds(3, 4, 5, 6, 7)) / 2);

    void Step(params IReadOnlyList<(ReplicaPhase Phase, int Milliseconds)> phases)
    {
        foreach (var (phase, milliseconds) in phases)
        {
            _clock.Enter(phase);
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }
        _clock.Finish();
    }
}
