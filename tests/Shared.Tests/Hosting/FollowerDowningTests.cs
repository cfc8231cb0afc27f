using Akka.Actor;
using Convoy.Shared.Hosting;

namespace Convoy.Shared.Tests.Hosting;

public sealed class FollowerDowningTests
{
    static Address[] Coordinators(string hosts) => [.. hosts.Select(host => new Address("akka.tcp", "convoy", $"{host}", 4053))];

    [Theory]
    [InlineData("", "a", 59.9, true, Downing.Wait)]        // the only coordinator may come back
    [InlineData("", "a", 60, false, Downing.Self)]
    [InlineData("c", "ab", 59.9, true, Downing.Wait)]      // cut off with one of three
    [InlineData("c", "ab", 60, true, Downing.Self)]
    [InlineData("b", "a", 60, true, Downing.Self)]         // of two halves the one with the lowest address stays
    [InlineData("a", "b", 4, true, Downing.Unreachable)]
    [InlineData("bc", "a", 3.9, true, Downing.Wait)]
    [InlineData("bc", "a", 4, true, Downing.Unreachable)]
    [InlineData("bc", "a", 100, false, Downing.Wait)]      // the leader acts for all
    [InlineData("a", "", 4, true, Downing.Unreachable)]    // only workers are gone
    public void A_follower_stays_with_the_majority_of_the_coordinators_and_goes_on_for_a_minute_without(string reachable, string unreachable, double stable, bool leads, Downing decision) =>
        Assert.Equal(decision, FollowerDowning.Decide(Coordinators(reachable), Coordinators(unreachable), TimeSpan.FromSeconds(stable), leads));
}
