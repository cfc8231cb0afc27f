using System.Net;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace Convoy.Monitoring.Telemetry;

/// <summary>Serves <c>/metrics</c> and the node's health where a process has no HTTP server of its own.</summary>
/// <param name="metrics">What is measured.</param>
/// <param name="health">How the node is.</param>
/// <param name="at">Where; port 0 takes a free one.</param>
public sealed class MetricsServer(MeterProvider metrics, HealthCheckService health, IPEndPoint at) : IHostedService
{
    WebApplication? _server;

    /// <summary>Where it is served.</summary>
    public Uri Address => new(new Uri(_server!.Urls.Single()), "metrics");

    /// <inheritdoc/>
    /// <exception cref="NodeStartException">It cannot be served there.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(at));
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.AddRouting().AddSingleton(health);
        _server = builder.Build();
        _server.UseRouting();
        _server.MapHealth();
        _server.UseOpenTelemetryPrometheusScrapingEndpoint(metrics, predicate: null, path: "/metrics", configureBranchedPipeline: null, optionsName: null);
        try
        {
            await _server.StartAsync(cancellationToken);
        }
        catch (IOException error)
        {
            throw new NodeStartException($"--metrics {at.Port}: {error.Message.TrimEnd('.')}; give another port, or 0 for a free one");
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is null) return;
        await _server.StopAsync(cancellationToken);
        await _server.DisposeAsync();
    }
}
