using System.CommandLine;
using System.Net;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Cli.Runs;
using Convoy.Coordinator.Api;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Hosting;

namespace Convoy.Cli.Commands;

/// <summary>The options of nodes that serve the HTTP API.</summary>
sealed class ApiArguments
{
    /// <summary>Where the API listens unless told otherwise.</summary>
    public const string DefaultApi = "http://127.0.0.1:4080";

    // In the folder of runs; who runs a cluster of his own needs no account of himself.
    static string AuditFile(NodeOptions node) => node.PublicHostname is { } name ? $"audit-{name}.jsonl" : "audit.jsonl";

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

    readonly Option<string?> _dataRoot = new("--data-root")
    {
        Description = "The folder, on every node, that data, caches and weights of submitted specs must lie in; their relative paths begin there. With --tokens it is the current folder unless told otherwise.",
        HelpName = "DIR",
    };

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _runs, _api, _tokens, _journal, _dataRoot }) command.Options.Add(option);
    }

    /// <summary>The node with its journal.</summary>
    public NodeOptions WithJournal(CliHost host, ParseResult parsed, NodeOptions node) =>
        node with { Journal = (parsed.GetValue(_journal) ?? host.Journal) is { } text ? PostgresJournal.IsMeant(text) ? text : host.Absolute(text) : null };

    /// <summary>Who may use the API; an address that others can reach needs a file that says it.</summary>
    public CoordinatorAccess Open(CliHost host, ParseResult parsed)
    {
        var (_, address, port) = Listen(parsed.GetValue(_api)!);
        return CoordinatorAccess.Open(parsed.GetValue(_tokens) is { } file ? host.Absolute(file) : null, address, port);
    }

    /// <summary>What the command line says of the API.</summary>
    public ApiOptions Read(CliHost host, ParseResult parsed, CoordinatorAccess access, NodeOptions node, bool audited)
    {
        var (secured, address, port) = Listen(parsed.GetValue(_api)!);
        if (secured && node.Identity is null) throw CliException.Usage($"--api {parsed.GetValue(_api)}: https needs a certificate: say by --tls DIR where it is");
        var runs = host.Absolute(parsed.GetValue(_runs)!);
        return new ApiOptions
        {
            Address = address,
            Port = port,
            Identity = secured ? node.Identity : null,
            Runs = runs,
            Data = (parsed.GetValue(_dataRoot) ?? (parsed.GetValue(_tokens) is null ? null : ".")) is { } root ? DataRoot.At(host.Absolute(root)) : DataRoot.Anywhere,
            Tokens = access.Tokens,
            Audit = audited ? Path.Combine(runs, AuditFile(node)) : null,
        };
    }

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
