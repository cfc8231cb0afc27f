using Convoy.Shared.Data;
using Convoy.Worker.Training;

namespace Convoy.Worker.Tests;

public sealed class RecentLossTests
{
    static RecentLoss After(params IEnumerable<double> losses) => losses.Aggregate(default(RecentLoss), (recent, loss) => recent.With(loss));

    [Fact]
    public void A_loss_like_those_before_it_is_no_fall()
    {
        var random = SeededRandom.Of("losses");
        var recent = After(Enumerable.Range(0, 50).Select(_ => random.NextDouble(0.3, 0.6)));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.False(recent.IsFarBelow(random.NextDouble(0.3, 0.6))));
    }

    [Fact]
    public void That_of_a_net_that_has_forgotten_everything_is() => Assert.True(After(Enumerable.Range(0, 50).Select(step => 0.5 + 0.1 * (step % 3))).IsFarBelow(Math.Log(10)));

    [Fact]
    public void Few_steps_say_nothing() => Assert.False(After(0.1, 0.1).IsFarBelow(2.3));
}
