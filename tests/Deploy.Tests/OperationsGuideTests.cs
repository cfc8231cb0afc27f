using System.Text.RegularExpressions;
using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;
using Convoy.Deploy.Tests.Support;

namespace Convoy.Deploy.Tests;

public sealed partial class OperationsGuideTests
{
    [Fact]
    public void Every_alert_is_explained() =>
        Assert.Equal(Alert().Matches(SourceTree.Read("Monitoring/Prometheus/rules.yml")).Select(rule => rule.Groups[1].Value).Order(), OperationsGuide.Alerts.Order());

    [Fact]
    public void Every_command_is_one_that_the_program_understands()
    {
        Assert.NotEmpty(OperationsGuide.Commands);
        Assert.All(OperationsGuide.Commands, command => Assert.Null(ConvoyCommand.ProblemOf(command, ProcessHost.Create())));
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();
}
