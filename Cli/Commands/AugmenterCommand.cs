using System.CommandLine;
using Convoy.Augmentation;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Shared.Hosting;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy augmenter</c></summary>
static class AugmenterCommand
{
    static readonly NodeArguments Node = new(port: 0, dataPort: 0);

    public static Command Create(CliHost host)
    {
        var command = new Command("augmenter", "Run an augmenter: it joins a cluster, reads the pictures and streams transformed batches to the workers, which then need no data of their own.");
        Node.AddTo(command);
        Node.AddMetricsTo(command);
        command.SetAction(parsed => RunAsync(host, parsed));
        return HelpWithExamples.Add(command,
            "convoy augmenter --join 127.0.0.1:4053",
            "convoy augmenter --join node-1:4053,node-2:4053 --tls tls --host 0.0.0.0 --public-host node-3 --port 4053 --data-port 4054");
    }

    static Task<int> RunAsync(CliHost host, ParseResult parsed)
    {
        var (node, data) = (Node.Read(host, parsed), Node.ReadData(parsed));
        return new NodeRun(host, "augmenter", Node.IsSupervised(parsed)).RunAsync(
            () => AugmenterNode.Build(node, data, services => Node.AddProcess(parsed, services, NodeRoles.Augmenter)), NodeArguments.DescribeMetrics);
    }
}
