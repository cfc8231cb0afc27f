using System.Globalization;
using System.Text.RegularExpressions;
using Convoy.Cli.Jobs;
using Convoy.Cli.Remote;
using Convoy.Coordinator;
using Convoy.Shared.Hosting;
using Convoy.Worker.Devices;

namespace Convoy.Cli.Cluster;

/// <summary>A cluster of processes on this machine: a coordinator with its journal in the run's folder, a worker for every replica,
/// and augmenters if wanted, which meet over loopback as on a network.</summary>
/// <param name="note">Says what the user should know meanwhile.</param>
public sealed partial class ProcessCluster(Action<string> note) : IJobHost
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public bool HasJournal(string folder) => File.Exists(Path.Combine(folder, CoordinatorNode.Journal));

    /// <inheritdoc/>
    public async Task<IJobClient> StartAsync(string folder, ClusterSize size, CancellationToken cancel)
    {
        var devices = ComputeDevices.Find(size.Device);
        var children = new Children();
        try
        {
            var (cluster, api) = Addresses(await children.Add(ChildProcess.Start("coordinator", "coordinator", "--port", "0", "--data-port", "0", "--api", "http://127.0.0.1:0", "--runs", Path.GetDirectoryName(folder)!, "--journal", Path.Combine(folder, CoordinatorNode.Journal))).UpAsync(cancel));
            await Task.WhenAll(Enumerable.Range(1, size.Augmenters)
                .Select(number => children.Add(ChildProcess.Start($"augmenter {number}", "augmenter", "--join", cluster)).UpAsync(cancel)));
            var threads = Math.Max(1, Environment.ProcessorCount / size.Slots).ToString(CultureInfo.InvariantCulture);
            for (var number = 1; number <= size.Slots; number++)
                children.AddWorker(ChildProcess.Start($"worker {number}", "worker", "--join", cluster, "--threads", threads, "--device", devices.NameOf(number - 1)));
            var client = new HttpJobClient(api, patience: TimeSpan.Zero, TimeProvider.System);
            await WorkersJoinAsync(client, children, size.Slots, cancel);
            children.AnnounceEnds(note);
            return new ProcessJobClient(client, children);
        }
        catch
        {
            await children.DisposeAsync();
            throw;
        }
    }

    static async Task WorkersJoinAsync(HttpJobClient client, Children children, int slots, CancellationToken cancel)
    {
        while ((await client.WorkersAsync(cancel)).Sum(worker => worker.Slots) < slots)
        {
            if (children.FirstEnd is { } end) throw new JobException(end);
            await Task.Delay(BetweenLooks, cancel);
        }
    }

    static (string Cluster, Uri Api) Addresses(string line)
    {
        var found = UpLine().Match(line);
        return found.Success
            ? (found.Groups["cluster"].Value, new Uri(found.Groups["api"].Value))
            : throw new JobException($"the coordinator says '{line}' instead of its addresses");
    }

    [GeneratedRegex(@"^coordinator: cluster akka\.tcp://\w+@(?<cluster>[^,]+), API and dashboard (?<api>http\S+)$")]
    private static partial Regex UpLine();
}
