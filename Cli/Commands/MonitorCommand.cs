using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Coordinator;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy monitor</c></summary>
static class MonitorCommand
{
    static readonly NodeArguments Node = new(port: 0);
    static readonly ApiArguments Api = new();

    public static Command Create(CliHost host)
    {
        var command = new Command("monitor", "Run a monitor: it joins a cluster and serves dashboard and HTTP API for it, beside the coordinators; it needs their journal and their folder of runs.");
        Api.AddTo(command);
        Node.AddTo(command);
        command.SetAction(parsed => RunAsync(host, parsed));
        return HelpWithExamples.Add(command,
            "convoy monitor --join 127.0.0.1:4053 --runs runs --api http://127.0.0.1:4090",
            "convoy monitor --join node-1:4053,node-2:4053 --host 0.0.0.0 --public-host node-9 --port 4053 --journal postgres://convoy@db.example/convoy --runs /srv/runs --api https://0.0.0.0:4080 --tls /etc/convoy/tls --tokens tokens.json");
    }

    static Task<int> RunAsync(CliHost host, ParseResult parsed) => Api.RunAsync(host, parsed, "monitor", Node, (node, api) =>
        MonitorNode.Build(node, api, services => Node.AddProcess(parsed, services)));
}
