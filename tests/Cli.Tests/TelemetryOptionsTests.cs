using Convoy.Monitoring.Telemetry;
using Convoy.Shared.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Convoy.Cli.Tests;

public sealed class TelemetryOptionsTests
{
    [Fact]
    public void Where_nothing_is_configured_no_service_is_added() =>
        Assert.Empty(new ServiceCollection().AddConvoyTelemetry(Read()));

    [Fact]
    public void An_endpoint_has_every_signal_exported_and_one_of_a_signal_that_one()
    {
        Assert.Equal(new("convoy-worker", Exporters.Otlp, Exporters.Otlp, Exporters.Otlp), Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")));
        Assert.Equal(new("convoy-worker", Exporters.Otlp, Exporters.None, Exporters.None), Read(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://collector:4317")));
    }

    [Fact]
    public void A_signals_exporters_can_be_named_and_all_of_them_disabled()
    {
        Assert.Equal(new("mine", Exporters.Otlp | Exporters.Console, Exporters.None, Exporters.Otlp),
            Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), ("OTEL_TRACES_EXPORTER", "otlp, console"), ("OTEL_METRICS_EXPORTER", "none"), ("OTEL_SERVICE_NAME", "mine")));
        Assert.True(Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), ("OTEL_SDK_DISABLED", "true")).IsEmpty);
    }

    [Fact]
    public void An_exporter_that_there_is_not_is_an_error_that_says_which_there_are() =>
        Assert.Equal("OTEL_TRACES_EXPORTER=zipkin: there is no exporter 'zipkin'; give otlp, console or none",
            Assert.Throws<NodeOptionsException>(() => Read(("OTEL_TRACES_EXPORTER", "zipkin"))).Message);

    static TelemetryOptions Read(params (string Name, string Value)[] environment) =>
        TelemetryOptions.Read("worker", name => environment.FirstOrDefault(variable => variable.Name == name).Value);
}
