using System.CommandLine;
using System.Net;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Monitoring.Telemetry;
using Convoy.Shared.Hosting;
using Convoy.Shared.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convoy.Cli.Commands;

/// <summary>The options that every node has.</summary>
sealed class NodeArguments
{
    readonly Option<string> _host = new("--host") { Description = "The address that the node binds.", HelpName = "HOST", DefaultValueFactory = _ => "127.0.0.1" };
    readonly Option<string?> _public = new("--public-host") { Description = "The name that others reach it by, where it is another.", HelpName = "HOST" };
    readonly Option<string[]> _join = new("--join")
    {
        Description = "The coordinators to join. Give every node, the coordinators included, the same list in the same order.",
        HelpName = "HOST:PORT[,...]",
    };
    readonly Option<int?> _joinTimeout = CommonOptions.Number("--join-timeout", least: 1, "End with exit code 1 where the node has not joined within so many seconds (default: it waits, and says for what).");
    readonly Option<string?> _tls = new("--tls")
    {
        Description = "A folder with tls.crt, tls.key and ca.crt: connections between nodes are encrypted, and whoever has no certificate of that authority is no node. "
            + "Read again when it changes. The environment's CONVOY_TLS says it too; 'convoy certs' makes one.",
        HelpName = "DIR",
    };
    readonly Option<bool> _insecure = new("--insecure")
    {
        Description = "Listen to other machines without --tls: whoever reaches the node can do all that a node can. The environment's CONVOY_INSECURE=1 says it too.",
    };
    readonly int _defaultPort, _defaultDataPort;
    readonly Option<int?> _port;
    readonly Option<int?>? _dataPort;
    readonly Option<LogFormat> _logFormat = CommonOptions.LogFormat();
    readonly Option<int?> _metrics = CommonOptions.Number("--metrics", least: 0, "Serve /metrics for Prometheus, /healthz/live and /healthz/ready on this port of --host; 0 takes a free one.");
    readonly Option<bool> _supervised = new("--supervised") { Description = "End with the process that started this one.", Hidden = true };

    /// <param name="port">The port of its control plane unless told otherwise.</param>
    /// <param name="dataPort">The same for its data plane; null where it has none.</param>
    public NodeArguments(int port, int? dataPort = null)
    {
        _port = CommonOptions.Number("--port", least: 0, $"The port of the control plane; 0 takes a free one (default {port}).");
        if (dataPort is not null) _dataPort = CommonOptions.Number("--data-port", least: 0, $"The port of the data plane; 0 takes a free one (default {dataPort}).");
        (_defaultPort, _defaultDataPort) = (port, dataPort ?? 0);
    }

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option?[] { _host, _port, _dataPort, _public, _join, _joinTimeout, _tls, _insecure, _logFormat, _supervised })
            if (option is not null) command.Options.Add(option);
    }

    /// <summary>Gives a command the option of a node that has no HTTP server.</summary>
    public void AddMetricsTo(Command command) => command.Options.Add(_metrics);

    /// <summary>What the node's services need to run in this process.</summary>
    public void AddProcess(ParseResult parsed, IServiceCollection services) => NodeRun.AddProcess(services, parsed.GetValue(_logFormat));

    /// <summary>The same, with the telemetry of a node that has no HTTP server.</summary>
    public void AddProcess(ParseResult parsed, IServiceCollection services, string role)
    {
        AddProcess(parsed, services);
        var telemetry = TelemetryOptions.FromEnvironment(role);
        if (parsed.GetValue(_metrics) is not { } port)
        {
            services.AddConvoyTelemetry(telemetry);
            return;
        }
        services.AddConvoyTelemetry(telemetry.Scraped()).AddMetricsServer(new IPEndPoint(NodeOptions.AddressOf(parsed.GetValue(_host)!), port));
    }

    /// <summary>What a node that has no HTTP server says of its metrics.</summary>
    public static string DescribeMetrics(IHost node) => node.Services.GetServices<IHostedService>().OfType<MetricsServer>().SingleOrDefault() is { } server ? $", metrics {server.Address}" : "";

    /// <summary>Whether a parent process holds this one.</summary>
    public bool IsSupervised(ParseResult parsed) => parsed.GetValue(_supervised);

    /// <summary>What the command line says; the role comes later.</summary>
    public NodeOptions Read(CliHost host, ParseResult parsed) => new()
    {
        Roles = [],
        Hostname = HostPort.Bare(parsed.GetValue(_host)!),
        PublicHostname = HostPort.Bare(parsed.GetValue(_public)),
        Port = parsed.GetValue(_port) ?? _defaultPort,
        Identity = (parsed.GetValue(_tls) ?? host.Tls) is { } folder ? NodeIdentity.In(host.Absolute(folder)) : null,
        Insecure = parsed.GetValue(_insecure) || host.Insecure,
        Seeds = CommonOptions.Items(parsed, _join),
        JoinTimeout = parsed.GetValue(_joinTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };

    /// <summary>Where the data plane listens. <see cref="NodeOptionsException"/> where the host is no address of this machine.</summary>
    public IPEndPoint ReadData(ParseResult parsed) => new(NodeOptions.AddressOf(parsed.GetValue(_host)!), parsed.GetValue(_dataPort!) ?? _defaultDataPort);
}
