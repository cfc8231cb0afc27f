using Convoy.Shared.Transport;

namespace Convoy.Shared.Tests.Transport;

public sealed class HostPortTests
{
    [Theory]
    [InlineData("node-1:4053", "node-1", 4053)]
    [InlineData("10.0.0.5:1", "10.0.0.5", 1)]
    [InlineData("[::1]:4053", "::1", 4053)]
    [InlineData("[2001:db8::5]:65535", "2001:db8::5", 65535)]
    public void An_address_is_read_and_written_alike(string text, string host, int port)
    {
        Assert.True(HostPort.TryParse(text, out var address));
        Assert.Equal((host, port, text), (address.Host, address.Port, $"{address}"));
    }

    [Theory]
    [InlineData("node-1"), InlineData(":4053"), InlineData("node-1:"), InlineData("node-1:x"), InlineData("node-1:0"), InlineData("node-1:70000")]
    [InlineData("::1:4053"), InlineData("[::1]"), InlineData("2001:db8::5")]
    public void What_is_none_or_could_be_two_is_refused(string text) => Assert.False(HostPort.TryParse(text, out _));

    [Theory]
    [InlineData("::1", "[::1]"), InlineData("[::1]", "[::1]"), InlineData("127.0.0.1", "127.0.0.1"), InlineData("node-1", "node-1"), InlineData("/run/postgresql", "/run/postgresql")]
    public void Only_IPv6_stands_in_brackets(string host, string inUri) => Assert.Equal(inUri, HostPort.InUri(host));
}
