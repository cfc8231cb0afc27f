using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Convoy.Cli.CommandLine;
using Convoy.Shared.Hosting;

namespace Convoy.Cli.Commands;

/// <summary>The options that every node has.</summary>
sealed class NodeArguments
{
    readonly Option<string> _host = new("--host") { Description = "The address that the node binds.", HelpName = "HOST", DefaultValueFactory = _ => "127.0.0.1" };
    readonly Option<string?> _public = new("--public-host") { Description = "The name that others reach it by, where it is another.", HelpName = "HOST" };
    readonly Option<string[]> _join = new("--join")
    {
        Description = "Nodes to join: the same list, in the same order, on every node.",
        HelpName = "HOST:PORT[,...]",
    };
    readonly int _defaultPort, _defaultDataPort;
    readonly Option<int?> _port;
    readonly Option<int?> _dataPort;
    readonly Option<bool> _supervised = new("--supervised") { Description = "End with the process that started this one.", Hidden = true };

    /// <param name="port">The port of its control plane unless told otherwise.</param>
    /// <param name="dataPort">The same for its data plane.</param>
    public NodeArguments(int port, int dataPort)
    {
        _port = CommonOptions.Number("--port", least: 0, $"The port of the control plane; 0 takes a free one (default {port}).");
        _dataPort = CommonOptions.Number("--data-port", least: 0, $"The port of the data plane; 0 takes a free one (default {dataPort}).");
        (_defaultPort, _defaultDataPort) = (port, dataPort);
    }

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _host, _port, _dataPort, _public, _join, _supervised }) command.Options.Add(option);
    }

    /// <summary>Whether a parent process holds this one.</summary>
    public bool IsSupervised(ParseResult parsed) => parsed.GetValue(_supervised);

    /// <summary>What the command line says; the role comes later.</summary>
    public NodeOptions Read(ParseResult parsed) => new()
    {
        Roles = [],
        Hostname = parsed.GetValue(_host)!,
        PublicHostname = parsed.GetValue(_public),
        Port = parsed.GetValue(_port) ?? _defaultPort,
        Seeds = [.. (parsed.GetValue(_join) ?? []).SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };

    /// <summary>Where the data plane listens. <see cref="NodeOptionsException"/> where the host is no address of this machine.</summary>
    public IPEndPoint ReadData(ParseResult parsed) => new(AddressOf(parsed.GetValue(_host)!), parsed.GetValue(_dataPort) ?? _defaultDataPort);

    static IPAddress AddressOf(string hostname)
    {
        try
        {
            return IPAddress.TryParse(hostname, out var address) ? address : Dns.GetHostAddresses(hostname)[0];
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            throw new NodeOptionsException($"--host {hostname}: {error.Message}; give an address of this machine");
        }
    }
}
