using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;

namespace Convoy.Operator.Tests;

public sealed class CommandTests
{
    [Fact]
    public async Task Outside_of_a_cluster_the_command_asks_for_a_kubeconfig()
    {
        using var error = new StringWriter();
        Assert.Equal(ExitCode.Usage, await ConvoyCommand.RunAsync(["operator"], ProcessHost.Create() with { Error = error }));
        Assert.Equal("convoy: operator: this is no pod with a service account: give --kubeconfig FILE to reach a cluster from outside", error.ToString().Trim());
    }

    [Fact]
    public async Task A_kubeconfig_that_is_not_there_is_named()
    {
        using var error = new StringWriter();
        Assert.Equal(ExitCode.Usage, await ConvoyCommand.RunAsync(["operator", "--kubeconfig", "/nowhere"], ProcessHost.Create() with { Error = error }));
        Assert.StartsWith("convoy: --kubeconfig /nowhere: ", error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().Trim().Split('\n'));
    }
}
