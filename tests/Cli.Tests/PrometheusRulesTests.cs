using System.Diagnostics;
using Convoy.Cli.Tests.Support;

namespace Convoy.Cli.Tests;

public sealed class PrometheusRulesTests
{
    [Theory]
    [InlineData("check", "config", "--syntax-only", "prometheus.yml")] // the token is whoever uses it's
    [InlineData("check", "rules", "rules.yml")]
    [InlineData("test", "rules", "rules.test.yml")]
    public async Task Prometheus_accepts_the_configuration_and_its_alerts_fire_when_they_should(params string[] arguments)
    {
        Assert.SkipWhen(PrometheusServer.Missing is not null, PrometheusServer.Missing ?? "");
        using var tool = Process.Start(new ProcessStartInfo("promtool", arguments) { WorkingDirectory = PrometheusServer.Configuration, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await Task.WhenAll(tool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(tool.ExitCode == 0, string.Concat(said));
    }
}
