using System.CommandLine;
using System.Net;
using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Cli.Runs;
using Convoy.Coordinator;
using Convoy.Coordinator.Api;
using Convoy.Shared.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy coordinator</c></summary>
static class CoordinatorCommand
{
    /// <summary>The port of the control plane unless told otherwise.</summary>
    public const int Port = 4053;

    /// <summary>The port of the data plane unless told otherwise.</summary>
    public const int DataPort = 4054;

    /// <summary>Where the API listens unless told otherwise.</summary>
    public const string DefaultApi = "http://127.0.0.1:4080";

    // In the folder of runs; who runs a cluster of his own needs no account of himself.
    const string AuditFile = "audit.jsonl";

    static readonly NodeArguments Node = new(Port, DataPort);
    static readonly Option<string> Runs = new("--runs") { Description = "The folder of all runs; one that they share where there are several coordinators.", HelpName = "DIR", DefaultValueFactory = _ => RunFolders.Root };
    static readonly Option<string> Api = new("--api") { Description = "Where the HTTP API listens; port 0 takes a free one.", HelpName = "URL", DefaultValueFactory = _ => DefaultApi };

    static readonly Option<string?> Journal = new("--journal")
    {
        Description = "Where events are kept: a SQLite file (default: journal.db in --runs), or a PostgreSQL database that several coordinators share. "
            + "The environment's CONVOY_JOURNAL says it too, and shows a password to nobody else.",
        HelpName = "FILE|postgres://...",
    };

    static readonly Option<string?> Tokens = new("--tokens")
    {
        Description = "Who may use the API: a file that 'convoy tokens add' makes, read again when it changes. Without it the API listens on this machine only, with a token for this user.",
        HelpName = "FILE",
    };

    public static Command Create(CliHost host)
    {
        var command = new Command("coordinator", "Run a coordinator: jobs, their journal, the HTTP API.") { Runs, Api, Tokens, Journal };
        Node.AddTo(command);
        command.SetAction(parsed => RunAsync(host, parsed));
        return HelpWithExamples.Add(command,
            "convoy coordinator",
            "convoy coordinator --journal postgres://convoy@db.example/convoy",
            "convoy coordinator --host 0.0.0.0 --public-host node-1 --join node-1:4053,node-2:4053,node-3:4053 --runs /srv/runs",
            "convoy coordinator --api http://0.0.0.0:4080 --tokens tokens.json");
    }

    static async Task<int> RunAsync(CliHost host, ParseResult parsed)
    {
        var node = Node.Read(parsed) with { Journal = JournalOf(host, parsed.GetValue(Journal) ?? host.Journal) };
        var (address, port) = Listen(parsed.GetValue(Api)!);
        using var access = CoordinatorAccess.Open(parsed.GetValue(Tokens) is { } file ? host.Absolute(file) : null, address, port);
        var runs = host.Absolute(parsed.GetValue(Runs)!);
        var api = new ApiOptions { Address = address, Port = port, Runs = runs, Tokens = access.Tokens, Audit = Node.IsSupervised(parsed) ? null : Path.Combine(runs, AuditFile) };
        return await new NodeRun(host, "coordinator", Node.IsSupervised(parsed)).RunAsync(
            () => CoordinatorNode.Build(node, Node.ReadData(parsed), api, EmbeddedCluster.Options, EmbeddedCluster.Sweeps, services => Node.AddProcess(parsed, services)),
            built => Describe(access, ((WebApplication)built).Urls.Single(), toAPerson: !Node.IsSupervised(parsed)));
    }

    static string Describe(CoordinatorAccess access, string api, bool toAPerson) =>
        $", API and dashboard {access.Announced(api)}{(toAPerson && access.SignIn(api) is { } address ? $"\nsign in at {address}" : "")}";

    static string? JournalOf(CliHost host, string? text) => text is null || PostgresJournal.IsMeant(text) ? text : host.Absolute(text);

    // A name that is no address would have the server listen everywhere.
    static (IPAddress Address, int Port) Listen(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "http", PathAndQuery: "/" })
        {
            if (uri.Host == "localhost") return (IPAddress.Loopback, uri.Port);
            if (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address)) return (address, uri.Port);
        }
        throw CliException.Usage($"--api {url}: expected http://ADDRESS:PORT with localhost or a numeric address, such as {DefaultApi}");
    }
}
