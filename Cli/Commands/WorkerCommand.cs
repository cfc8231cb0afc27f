using System.CommandLine;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Nodes;
using Convoy.Shared.Hosting;
using Convoy.Worker;
using Convoy.Worker.Devices;

namespace Convoy.Cli.Commands;

/// <summary><c>convoy worker</c></summary>
static class WorkerCommand
{
    static readonly NodeArguments Node = new(port: 0, dataPort: 0);
    static readonly Option<int?> Slots = CommonOptions.Number("--slots", least: 1, "Replicas that it holds at once (default: one a GPU, otherwise 1).");
    static readonly Option<int?> Threads = CommonOptions.Number("--threads", least: 1, "Threads that the replicas compute with, all together (default: one a processor).");

    static readonly Option<string?> Device = CommonOptions.Device();

    public static Command Create(CliHost host)
    {
        var command = new Command("worker", "Run a worker: it joins a cluster and trains replicas there.") { Slots, Device, Threads };
        Node.AddTo(command);
        Node.AddMetricsTo(command);
        command.SetAction(parsed => RunAsync(host, parsed));
        return HelpWithExamples.Add(command,
            "convoy worker --join 127.0.0.1:4053",
            "convoy worker --join node-1:4053,node-2:4053 --tls tls --host 0.0.0.0 --public-host node-2 --port 4053 --device cuda");
    }

    static async Task<int> RunAsync(CliHost host, ParseResult parsed)
    {
        var node = Node.Read(host, parsed);
        var data = Node.ReadData(parsed);
        var options = new WorkerOptions
        {
            Threads = parsed.GetValue(Threads) ?? Environment.ProcessorCount,
            Host = node.ReachableAs,
            Probe = host.Probe,
        };
        using var held = new HeldReplicas();
        return await new NodeRun(host, "worker", Node.IsSupervised(parsed)).RunAsync(
            () =>
            {
                var devices = ComputeDevices.Find(parsed.GetValue(Device) ?? host.Device);
                options = options with { Devices = devices, Slots = parsed.GetValue(Slots) ?? devices.Count };
                return WorkerNode.Build(node, data, options, services => Node.AddProcess(parsed, services, NodeRoles.Worker), held);
            },
            built => $", {options.Slots} slot{(options.Slots == 1 ? "" : "s")} ({options.Devices.Kind}){NodeArguments.DescribeMetrics(built)}");
    }
}
