using System.Net;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Transport;

namespace Convoy.Cli.Tests;

public sealed class NodesTests
{
    [Theory]
    [InlineData("convoy: a worker needs a cluster to join: --join HOST:PORT, the address of a coordinator", "worker")]
    [InlineData("convoy: 'nowhere' is not an address to join: expected HOST:PORT, such as 10.0.0.5:4053", "coordinator", "--api", "http://127.0.0.1:0", "--join", "a:1,nowhere")]
    [InlineData("convoy: the journal is neither a file nor a connection string: expected postgres://USER@HOST/DATABASE or 'Host=...;Database=...;Username=...'", "coordinator", "--journal", "Host=a;Pasword=hunter2")]
    [InlineData("convoy: cannot open the journal, database 'jobs' at 127.0.0.1:1: Connection refused", "coordinator", "--journal", "postgres://ann:hunter2@127.0.0.1:1/jobs")]
    [InlineData("convoy: a node that binds 0.0.0.0 needs a public host name that others reach it by", "coordinator", "--host", "0.0.0.0")]
    [InlineData("convoy: whoever reaches 0.0.0.0 could join the cluster and bypass every token: give a certificate by --tls DIR ('convoy certs' makes one), or --insecure (CONVOY_INSECURE=1) on a network where you trust everybody",
        "coordinator", "--host", "0.0.0.0", "--public-host", "node-1")]
    [InlineData("convoy: a monitor needs a cluster to join: --join HOST:PORT, the address of a coordinator", "monitor")]
    public async Task A_node_that_cannot_be_is_one_line(string line, params string[] arguments)
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Failed, await convoy.RunAsync(arguments));
        Assert.Equal([line], convoy.ErrorLines);
    }

    [Fact]
    public async Task A_coordinator_whose_data_port_is_taken_says_so_in_one_line()
    {
        using var taken = DataPlane.Listen(IPAddress.Loopback);
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("coordinator", "--port", "0", "--api", "http://127.0.0.1:0", "--data-port", $"{taken.Port}"));
        Assert.Equal([$"convoy: the data plane cannot listen on 127.0.0.1:{taken.Port}: Address already in use; give another --data-port"], convoy.ErrorLines);
    }

    [Fact]
    public async Task An_API_by_https_needs_a_certificate()
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("coordinator", "--api", "https://127.0.0.1:0"));
        Assert.Equal("convoy: --api https://127.0.0.1:0: https needs a certificate: say by --tls DIR where it is", Assert.Single(convoy.ErrorLines));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1:1")]
    [InlineData("http://example.org:1")]
    [InlineData("http://127.0.0.1:1/there")]
    [InlineData("nonsense")]
    public async Task An_API_listens_at_a_numeric_address(string url)
    {
        using var convoy = new Invocation();
        Assert.Equal(ExitCode.Usage, await convoy.RunAsync("coordinator", "--api", url));
        Assert.StartsWith($"convoy: --api {url}: expected http://ADDRESS:PORT", Assert.Single(convoy.ErrorLines));
    }
}
