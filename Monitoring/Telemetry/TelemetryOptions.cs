using Convoy.Shared.Hosting;

namespace Convoy.Monitoring.Telemetry;

/// <summary>Where a signal goes.</summary>
[Flags]
public enum Exporters
{
    /// <summary>Nowhere.</summary>
    None = 0,
    /// <summary>To a collector, by OpenTelemetry's protocol.</summary>
    Otlp = 1,
    /// <summary>To standard output, as text.</summary>
    Console = 2,
    /// <summary>To whoever asks for <c>/metrics</c>; metrics only.</summary>
    Prometheus = 4,
}

/// <summary>What of a process's telemetry goes where, as OpenTelemetry's environment variables say it.</summary>
/// <param name="Service">What the process is called there.</param>
/// <param name="Traces">Where spans go.</param>
/// <param name="Metrics">Where measurements go.</param>
/// <param name="Logs">Where log records go, beside the console.</param>
public sealed record TelemetryOptions(string Service, Exporters Traces, Exporters Metrics, Exporters Logs)
{
    /// <summary>Whether nothing goes anywhere.</summary>
    public bool IsEmpty => (Traces | Metrics | Logs) == Exporters.None;

    /// <summary>These options, and <c>/metrics</c> served as well.</summary>
    public TelemetryOptions Scraped() => this with { Metrics = Metrics | Exporters.Prometheus };

    /// <summary>What this process's environment says. <see cref="NodeOptionsException"/> where it names an exporter that there is not.</summary>
    /// <param name="role">What the process does; its service is <c>convoy-ROLE</c> unless <c>OTEL_SERVICE_NAME</c> says otherwise.</param>
    public static TelemetryOptions FromEnvironment(string role) => Read(role, Environment.GetEnvironmentVariable);

    /// <summary>What an environment says: a signal goes to the collector whose address is set, or where <c>OTEL_..._EXPORTER</c> says.</summary>
    public static TelemetryOptions Read(string role, Func<string, string?> environment)
    {
        var disabled = string.Equals(environment("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);
        return new TelemetryOptions(environment("OTEL_SERVICE_NAME") ?? $"convoy-{role}", Of("TRACES"), Of("METRICS"), Of("LOGS"));

        Exporters Of(string signal) => disabled ? Exporters.None
            : environment($"OTEL_{signal}_EXPORTER") is { Length: > 0 } chosen ? Parse(signal, chosen)
            : environment("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } || environment($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") is { Length: > 0 } ? Exporters.Otlp
            : Exporters.None;
    }

    static Exporters Parse(string signal, string chosen) => chosen.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Aggregate(Exporters.None, (all, name) => all | name switch
    {
        "otlp" => Exporters.Otlp,
        "console" => Exporters.Console,
        "none" => Exporters.None,
        _ => throw new NodeOptionsException($"OTEL_{signal}_EXPORTER={chosen}: there is no exporter '{name}'; give otlp, console or none"),
    });
}
