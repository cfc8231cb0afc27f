using System.CommandLine;
using Convoy.Cli.Cluster;
using Convoy.Cli.CommandLine;
using Convoy.Coordinator;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy coordinator</c></summary>
static class CoordinatorCommand
{
    /// <summary>The port of the control plane unless told otherwise.</summary>
    public const int Port = 4053;

    /// <summary>The port of the data plane unless told otherwise.</summary>
    public const int DataPort = 4054;

    static readonly NodeArguments Node = new(Port, DataPort);
    static readonly ApiArguments Api = new();

    public static Command Create(CliHost host)
    {
        var command = new Command("coordinator", "Run a coordinator: jobs, their journal, the HTTP API.");
        Api.AddTo(command);
        Node.AddTo(command);
        command.SetAction(parsed => RunAsync(host, parsed));
        return HelpWithExamples.Add(command,
            "convoy coordinator",
            "convoy coordinator --journal postgres://convoy@db.example/convoy",
            "convoy coordinator --tls tls --host 0.0.0.0 --public-host node-1 --join node-1:4053,node-2:4053,node-3:4053 --runs /srv/runs",
            "convoy coordinator --api https://0.0.0.0:4080 --tls /etc/convoy/tls --tokens tokens.json --data-root /srv/data");
    }

    static Task<int> RunAsync(CliHost host, ParseResult parsed) => Api.RunAsync(host, parsed, "coordinator", Node, (node, api) =>
        CoordinatorNode.Build(node, Node.ReadData(parsed), api, EmbeddedCluster.Options, EmbeddedCluster.Sweeps, services => Node.AddProcess(parsed, services)));
}
