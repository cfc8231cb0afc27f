using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Cli.Runs;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;

namespace Convoy.Cli.Commands;

/// <summary>The options of nodes that serve the HTTP API.</summary>
sealed class ApiArguments
{
    /// <summary>Where the API listens unless told otherwise.</summary>
    public const string DefaultApi = "http://127.0.0.1:4080";

    readonly Option<string> _runs = new("--runs") { Description = "The folder of all runs; one that nodes share where several serve the API.", HelpName = "DIR", DefaultValueFactory = _ => RunFolders.Root };
    readonly Option<string> _api = new("--api") { Description = "Where the HTTP API listens; port 0 takes a free one. https takes the certificate of --tls.", HelpName = "URL", DefaultValueFactory = _ => DefaultApi };

    readonly Option<string?> _journal = new("--journal")
    {
        Description = "Where events are kept: a SQLite file (default: journal.db in --runs), or a PostgreSQL database that several coordinators share. "
            + "The environment's CONVOY_JOURNAL says it too, and shows a password to nobody else.",
        HelpName = "FILE|postgres://...",
    };

    readonly Option<string?> _tokens = new("--tokens")
    {
        Description = "Who may use the API: a file that 'convoy tokens add' makes, read again when it changes. Without it the API listens on this machine only, with a token for this user.",
        HelpName = "FILE",
    };

    readonly Option<string[]> _proxies = new("--behind-proxy")
    {
        Description = "Addresses of a reverse proxy that terminates TLS in front of the API. X-Forwarded-For and X-Forwarded-Proto are trusted from these addresses only. Allows plain http in --api on an address that other machines reach.",
        HelpName = "CIDR[,...]",
    };

    readonly Option<string?> _dataRoot = new("--data-root")
    {
        Description = "The folder, on every node, that data, caches and weights of submitted specs must lie in; their relative paths begin there. With --tokens it is the current folder unless told otherwise.",
        HelpName = "DIR",
    };

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _runs, _api, _proxies, _tokens, _journal, _dataRoot }) command.Options.Add(option);
    }

    /// <summary>Runs a node that serves the API, to its end.</summary>
    /// <param name="host">The world outside.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="kind">What the node is called in its lines.</param>
    /// <param name="arguments">Its options as a node.</param>
    /// <param name="build">Builds it.</param>
    public async Task<int> RunAsync(CliHost host, ParseResult parsed, string kind, NodeArguments arguments, Func<NodeOptions, ApiOptions, WebApplication> build)
    {
        var supervised = arguments.IsSupervised(parsed);
        var (secured, address, port) = Listen(parsed.GetValue(_api)!);
        var tokens = parsed.GetValue(_tokens);
        using var access = CoordinatorAccess.Open(tokens is null ? null : host.Absolute(tokens), address, port);
        var node = arguments.Read(host, parsed) with { Journal = JournalOf(host, parsed.GetValue(_journal) ?? host.Journal) };
        if (secured && node.Identity is null) throw CliException.Usage($"--api {parsed.GetValue(_api)}: https needs a certificate: say by --tls DIR where it is");
        var proxies = Proxies(parsed);
        if (!secured && !IPAddress.IsLoopback(address) && proxies.Count == 0 && !node.Insecure)
            throw CliException.Usage($"--api {parsed.GetValue(_api)}: tokens would cross the network as plain text: serve https with --tls DIR, say by --behind-proxy CIDR which proxy ends https before it, or --insecure (CONVOY_INSECURE=1) on a network where you trust everybody");
        var runs = host.Absolute(parsed.GetValue(_runs)!);
        if (!supervised) node = node with { Runs = runs }; // a supervised node's parent holds the lock already
        var api = new ApiOptions
        {
            Address = address,
            Port = port,
            Identity = secured ? node.Identity : null,
            Runs = runs,
            Proxies = proxies,
            Data = (parsed.GetValue(_dataRoot) ?? (tokens is null ? null : ".")) is { } root ? DataRoot.At(host.Absolute(root)) : DataRoot.Anywhere,
            Tokens = access.Tokens,
            Audit = supervised ? null : Path.Combine(runs, AuditFile(node)),
        };
        try
        {
            return await new NodeRun(host, kind, supervised).RunAsync(() => build(node, api), built => access.Describe(((WebApplication)built).Urls.Single(), toAPerson: !supervised));
        }
        catch (Exception error) when (error.GetBaseException() is SocketException { SocketErrorCode: SocketError.AddressNotAvailable })
        {
            throw CliException.Usage($"--api {parsed.GetValue(_api)}: is no address of this machine; {new UriBuilder(parsed.GetValue(_api)!) { Host = address.AddressFamily == AddressFamily.InterNetwork ? "0.0.0.0" : "[::]" }.Uri.ToString().TrimEnd('/')} listens on all that it has");
        }
        catch (Exception error) when (error is SocketException or IOException { InnerException: AddressInUseException })
        {
            throw CliException.Failure($"--api {parsed.GetValue(_api)}: cannot listen there ({error.GetBaseException().Message}); give another port, or 0 for a free one", error);
        }
    }

    List<System.Net.IPNetwork> Proxies(ParseResult parsed) => [.. CommonOptions.Items(parsed, _proxies).Select(text =>
        System.Net.IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new System.Net.IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : throw CliException.Usage($"--behind-proxy {text}: expected addresses such as 10.0.0.0/8 or 10.1.2.3"))];

    static string? JournalOf(CliHost host, string? text) => text is null || PostgresJournal.IsMeant(text) ? text : host.Absolute(text);

    // In the folder of runs, which several nodes may share; who runs a cluster of his own needs no account of himself.
    static string AuditFile(NodeOptions node) => node.PublicHostname is { } name ? $"audit-{name}.jsonl" : "audit.jsonl";

    // A name that is no address would have the server listen everywhere.
    static (bool Secured, IPAddress Address, int Port) Listen(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", PathAndQuery: "/" })
        {
            if (uri.Host == "localhost") return (uri.Scheme == "https", IPAddress.Loopback, uri.Port);
            if (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address)) return (uri.Scheme == "https", address, uri.Port);
        }
        throw CliException.Usage($"--api {url}: expected http://ADDRESS:PORT or https://ADDRESS:PORT with localhost or a numeric address, such as {DefaultApi}");
    }
}
