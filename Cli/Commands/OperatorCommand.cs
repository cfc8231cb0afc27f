using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Monitoring.Telemetry;
using Convoy.Operator;
using Convoy.Shared.Hosting;
using k8s;
using k8s.Exceptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy operator</c></summary>
static class OperatorCommand
{
    static readonly Option<Uri?> Server = ServerOption.Create($"The coordinator's API (default {ApiArguments.DefaultApi}).");
    static readonly Option<string?> Namespace = new("--namespace") { Description = "Whose resources it looks after (default: the pod's own, or that of the kubeconfig's context).", HelpName = "NAME" };
    static readonly Option<string?> Kubeconfig = new("--kubeconfig") { Description = "How to reach the API server from outside of the cluster.", HelpName = "FILE" };
    static readonly Option<int?> Metrics = CommonOptions.Number("--metrics", least: 0, "Serve /metrics for Prometheus, /healthz/live and /healthz/ready on this port of all addresses; 0 takes a free one.");
    static readonly Option<LogFormat> Log = CommonOptions.LogFormat();

    public static Command Create(CliHost host)
    {
        var command = new Command("operator", "Run a Kubernetes operator: the custom resources TrainingJob and Sweep of a namespace become jobs and sweeps of a running coordinator, and tell how these stand.")
        {
            Server, Namespace, Kubeconfig, Metrics, Log,
        };
        command.SetAction(parsed => RunAsync(host, parsed));
        return HelpWithExamples.Add(command, "convoy operator --server https://monitor:4080", "convoy operator --server http://127.0.0.1:4080 --kubeconfig ~/.kube/config --namespace team-a");
    }

    static async Task<int> RunAsync(CliHost host, ParseResult parsed)
    {
        using var interrupts = new InterruptHandler(host.Interrupts);
        var server = parsed.GetValue(Server) ?? new Uri(ApiArguments.DefaultApi);
        var cluster = ReadCluster(host, parsed.GetValue(Kubeconfig));
        var options = new OperatorOptions { Namespace = parsed.GetValue(Namespace) ?? cluster.Namespace ?? "default" };

        var services = new ServiceCollection();
        NodeRun.AddProcess(services, parsed.GetValue(Log));
        using var kubernetes = new Kubernetes(cluster);
        await using var jobs = host.Connect(server);
        await using var sweeps = host.ConnectSweeps(server);
        services.AddSingleton(provider => new ConvoyOperator(kubernetes, jobs, sweeps, options, host.Time, provider.GetRequiredService<ILogger<ConvoyOperator>>()));
        AddTelemetry(services, parsed.GetValue(Metrics));
        await using var process = services.BuildServiceProvider();
        var servers = process.GetServices<IHostedService>().ToList();
        foreach (var one in servers) await one.StartAsync(interrupts.Aborted);
        var metrics = servers.OfType<MetricsServer>().SingleOrDefault() is { } listens ? $", metrics {listens.Address}" : "";
        host.Out.WriteLine($"operator: trainingjobs and sweeps of namespace {options.Namespace}, at {server.ToString().TrimEnd('/')}{metrics}");
        host.Out.Flush();
        try
        {
            await process.GetRequiredService<ConvoyOperator>().RunAsync(interrupts.Aborted);
        }
        catch (OperationCanceledException) when (interrupts.Aborted.IsCancellationRequested) { }
        foreach (var one in servers) await one.StopAsync(CancellationToken.None);
        return ExitCode.Done;
    }

    static void AddTelemetry(ServiceCollection services, int? port)
    {
        var telemetry = TelemetryOptions.FromEnvironment("operator");
        services.AddConvoyTelemetry(port is null ? telemetry : telemetry.Scraped());
        services.AddHealthChecks()
            .AddCheck("process", () => HealthCheckResult.Healthy(), tags: [NodeHealth.Live])
            .Add(new HealthCheckRegistration("watches", provider => new Watching(provider.GetRequiredService<ConvoyOperator>()), failureStatus: null, tags: [NodeHealth.Ready]));
        if (port is { } at) services.AddMetricsServer(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, at));
    }

    sealed class Watching(ConvoyOperator runs) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(runs.IsWatching ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("the API server has not listed the resources yet"));
    }

    static KubernetesClientConfiguration ReadCluster(CliHost host, string? file)
    {
        if (file is null && !KubernetesClientConfiguration.IsInCluster())
            throw CliException.Usage("operator: this is no pod with a service account: give --kubeconfig FILE to reach a cluster from outside");
        try
        {
            return file is null ? KubernetesClientConfiguration.InClusterConfig() : KubernetesClientConfiguration.BuildConfigFromConfigFile(host.Absolute(file));
        }
        catch (Exception error) when (error is KubeConfigException or IOException or YamlDotNet.Core.YamlException)
        {
            throw CliException.Usage($"--kubeconfig {file}: {error.Message}");
        }
    }
}
