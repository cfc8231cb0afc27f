using System.Collections;
using System.Net;
using Akka.Hosting;
using Convoy.Shared.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Convoy.Monitoring.Telemetry;

/// <summary>A process's telemetry as services of its host. What is not wanted is not there: no provider, no listener.</summary>
public static class TelemetrySetup
{
    /// <summary>Adds what the options say. Addresses, headers, protocol, sampling and intervals are OpenTelemetry's own environment variables.</summary>
    public static IServiceCollection AddConvoyTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        if (options.IsEmpty) return services;
        services.AddSingleton(OwnVariables()); // OpenTelemetry reads them from the host's configuration, and this program's hosts have none
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource
            .AddService(options.Service, serviceVersion: typeof(TelemetrySetup).Assembly.GetName().Version!.ToString(3), serviceInstanceId: NodeId)
            .AddAttributes([new("host.name", Environment.MachineName)])
            .AddEnvironmentVariableDetector()); // OTEL_RESOURCE_ATTRIBUTES has the last word
        if (options.Traces != Exporters.None) telemetry.WithTracing(traces => Add(traces, options.Traces));
        if (options.Metrics != Exporters.None) telemetry.WithMetrics(metrics => Add(metrics, options.Metrics));
        if (options.Logs != Exporters.None) telemetry.WithLogging(logs => Add(logs, options.Logs), records => { records.IncludeFormattedMessage = true; records.AddAkkaTraceCorrelation(); });
        return services;
    }

    /// <summary>Adds a server of <c>/metrics</c> and of the node's health to a process that has none; its metrics must be among those scraped.</summary>
    public static IServiceCollection AddMetricsServer(this IServiceCollection services, IPEndPoint at) =>
        services.AddHostedService(provider => new MetricsServer(provider.GetRequiredService<MeterProvider>(), provider.GetRequiredService<HealthCheckService>(), at));

    /// <summary>Serves <c>/metrics</c> beside what a process serves already.</summary>
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder app) => app.MapPrometheusScrapingEndpoint().WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));

    // A worker's id begins so.
    static string NodeId => $"{Environment.MachineName}-{Environment.ProcessId}";

    static IConfiguration OwnVariables()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(pair => KeyValuePair.Create((string)pair.Key, (string?)pair.Value));
        return new ConfigurationBuilder().AddInMemoryCollection(variables.Where(pair => pair.Key.StartsWith("OTEL_", StringComparison.Ordinal))).Build();
    }

    static void Add(TracerProviderBuilder traces, Exporters to)
    {
        traces.AddSource(Tracing.SourceName).AddAspNetCoreInstrumentation(http => http.Filter = request => request.Request.Path.StartsWithSegments("/api"));
        if (to.HasFlag(Exporters.Otlp)) traces.AddOtlpExporter();
        if (to.HasFlag(Exporters.Console)) traces.AddConsoleExporter();
    }

    static void Add(MeterProviderBuilder metrics, Exporters to)
    {
        metrics.AddMeter(Instruments.MeterName, "System.Runtime", "Microsoft.AspNetCore.Hosting");
        if (to.HasFlag(Exporters.Otlp)) metrics.AddOtlpExporter();
        if (to.HasFlag(Exporters.Console)) metrics.AddConsoleExporter();
        if (to.HasFlag(Exporters.Prometheus)) metrics.AddPrometheusExporter();
    }

    static void Add(LoggerProviderBuilder logs, Exporters to)
    {
        if (to.HasFlag(Exporters.Otlp)) logs.AddOtlpExporter();
        if (to.HasFlag(Exporters.Console)) logs.AddConsoleExporter();
    }
}
