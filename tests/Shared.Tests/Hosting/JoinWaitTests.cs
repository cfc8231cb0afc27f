using Convoy.Shared.Hosting;

namespace Convoy.Shared.Tests.Hosting;

public sealed class JoinWaitTests
{
    static readonly SeedAnswer Refused = new("a:1", "Connection refused"), Listens = new("a:1", null), Other = new("b:1", null), Plain = new("a:1", "it speaks no TLS");

    JoinWait _wait = new();

    [Fact]
    public void A_node_says_what_it_waits_for_at_once_and_then_once_a_minute()
    {
        Assert.Equal((JoinStep.Wait, "waits for a coordinator: a:1: Connection refused"), Hear(0.1, Refused));
        Assert.Equal((JoinStep.Wait, null), Hear(60, Refused));
        Assert.Equal((JoinStep.Wait, "waits for a coordinator: a:1: Connection refused"), Hear(60.1, Refused));
    }

    [Fact]
    public void A_node_says_at_once_that_it_waits_for_another_reason()
    {
        Hear(0, Refused);
        Assert.Equal((JoinStep.Wait, "waits for a coordinator: a:1: it speaks no TLS"), Hear(1, Plain));
    }

    [Fact]
    public void A_node_asks_to_be_let_in_once_and_as_soon_as_a_seed_listens()
    {
        Hear(0, Refused, Refused);
        Assert.Equal((JoinStep.Ask, null), Hear(1, Refused, Other));
        Assert.Equal((JoinStep.Wait, null), Hear(2, Listens, Other));
    }

    [Fact]
    public void A_node_that_is_not_let_in_says_so_and_begins_anew()
    {
        Hear(0, Listens);
        Assert.Equal((JoinStep.Wait, null), Hear(9.9, Listens));
        Assert.Equal((JoinStep.Wait, "waits for a coordinator: a:1 listens but has not let this node in yet"), Hear(10, Listens));
        Assert.Equal((JoinStep.Wait, null), Hear(29.9, Listens));
        Assert.Equal((JoinStep.BeginAnew, null), Hear(30, Listens));
    }

    [Fact]
    public void Seeds_may_wait_for_the_first_one_as_long_as_they_like()
    {
        Hear(0, Refused, Other);
        Assert.Equal(JoinStep.Wait, Hear(100, Refused, Other).Step);
    }

    [Fact]
    public void A_first_seed_that_was_away_meanwhile_has_its_time_again()
    {
        Hear(0, Listens);
        Hear(20, Refused);
        Hear(25, Listens);
        Assert.Equal(JoinStep.Wait, Hear(54.9, Listens).Step);
        Assert.Equal(JoinStep.BeginAnew, Hear(55, Listens).Step);
    }

    [Fact]
    public void A_node_ends_when_it_has_waited_as_long_as_it_may()
    {
        _wait = _wait with { Limit = TimeSpan.FromSeconds(5) };
        Assert.Equal(JoinStep.Wait, Hear(4.9, Refused).Step);
        Assert.Equal(JoinStep.End, Hear(5, Refused).Step);
        Assert.Equal("a:1: Connection refused", _wait.Why);
    }

    (JoinStep Step, string? Line) Hear(double seconds, params SeedAnswer[] answers)
    {
        (_wait, var step, var line) = _wait.Hear(answers, TimeSpan.FromSeconds(seconds));
        return (step, line);
    }
}
