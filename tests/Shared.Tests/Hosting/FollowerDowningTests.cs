using Akka.Actor;
using Convoy.Shared.Hosting;

namespace Convoy.Shared.Tests.Hosting;

public sealed class FollowerDowningTests
{
    [Theory]
    [InlineData("", "", "", false, 0, Downing.Self)]       // they have all left
    [InlineData("", "", "", true, 0, Downing.Wait)]        // the last one is just leaving
    [InlineData("a", "", "a", false, 0, Downing.Self)]     // another process answers at its address before its end was noticed
    [InlineData("a", "", "a", true, 0, Downing.Wait)]      // and joins this cluster
    [InlineData("b", "a", "a", false, 0, Downing.Wait)]    // the other one goes on
    [InlineData("a", "b", "ab", false, 0, Downing.Self)]
    [InlineData("", "a", "", false, 3.9, Downing.Wait)]    // it may only be slow
    [InlineData("", "a", "", false, 4, Downing.Self)]
    [InlineData("", "", "", true, 4, Downing.Self)]        // it was killed while it left
    [InlineData("c", "ab", "", false, 3.9, Downing.Wait)]
    [InlineData("c", "ab", "", false, 4, Downing.Self)]    // cut off with one of three
    [InlineData("b", "a", "", false, 4, Downing.Self)]     // of two halves the one with the lowest address stays
    [InlineData("a", "b", "", false, 4, Downing.Unreachable)]
    [InlineData("bc", "a", "", false, 3.9, Downing.Wait)]
    [InlineData("bc", "a", "", false, 4, Downing.Unreachable)]
    [InlineData("a", "", "", false, 4, Downing.Wait)]      // only workers are gone: the coordinators put them out
    [InlineData("a", "", "", false, 0, Downing.Wait)]      // all is well
    public void A_follower_stays_with_the_majority_of_the_coordinators_and_joins_again_without(string reachable, string unreachable, string restarted, bool passing, double stable, Downing decision)
    {
        var seen = new CoordinatorsInView(Coordinators(reachable), Coordinators(unreachable), Coordinators(restarted), passing);

        Assert.Equal(decision, FollowerDowning.Decide(seen, TimeSpan.FromSeconds(stable), leads: true));
        Assert.Equal(decision == Downing.Self ? Downing.Self : Downing.Wait, FollowerDowning.Decide(seen, TimeSpan.FromSeconds(stable), leads: false)); // the leader acts for all
    }

    static HashSet<Address> Coordinators(string hosts) => [.. hosts.Select(host => new Address("akka.tcp", "convoy", $"{host}", 4053))];
}
