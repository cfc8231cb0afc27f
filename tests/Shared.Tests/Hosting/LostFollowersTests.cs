using Akka.Actor;
using Akka.Cluster;
using Convoy.Shared.Hosting;

namespace Convoy.Shared.Tests.Hosting;

public sealed class LostFollowersTests
{
    [Fact]
    public void Workers_that_go_one_after_another_are_put_out_each_in_its_own_time()
    {
        var (lost, gone) = (LostFollowers.None, new List<string>());
        for (var second = 0; second <= 8; second++)
        {
            (lost, var due) = lost.See([.. Enumerable.Range(0, second + 1).Select(Worker).Where(worker => !gone.Contains(worker.Address.Host))], TimeSpan.FromSeconds(second), acts: true);
            gone.AddRange(due.Select(worker => worker.Address.Host));
        }
        Assert.Equal(["w0", "w1", "w2", "w3", "w4"], gone);
    }

    [Fact]
    public void A_worker_that_was_in_reach_in_between_begins_anew()
    {
        var (lost, _) = LostFollowers.None.See([Worker(0)], TimeSpan.Zero, acts: true);
        (lost, _) = lost.See([], TimeSpan.FromSeconds(3), acts: true);
        (lost, _) = lost.See([Worker(0)], TimeSpan.FromSeconds(3.5), acts: true);

        Assert.Empty(lost.See([Worker(0)], TimeSpan.FromSeconds(7), acts: true).Out);
        Assert.Equal([Worker(0)], lost.See([Worker(0)], TimeSpan.FromSeconds(7.5), acts: true).Out);
    }

    [Fact]
    public void Only_the_coordinator_that_acts_for_all_puts_workers_out()
    {
        var (lost, _) = LostFollowers.None.See([Worker(0)], TimeSpan.Zero, acts: false);

        Assert.Empty(lost.See([Worker(0)], TimeSpan.FromSeconds(10), acts: false).Out);
        Assert.Equal([Worker(0)], lost.See([Worker(0)], TimeSpan.FromSeconds(10), acts: true).Out);
    }

    static UniqueAddress Worker(int number) => new(new Address("akka.tcp", "convoy", $"w{number}", 4053), number);
}
