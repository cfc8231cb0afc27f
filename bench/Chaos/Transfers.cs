using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Models;

namespace Convoy.Chaos;

/// <summary>Newcomers that take the state of a large net, and kills while they do: of the newcomer, of the rank that gives it, of both. The learning rate
/// is next to zero, so in every world the weights must stay those of the beginning, and so must the loss of every
/// epoch; that every world begins with the very bits that the one before ended with, Adam's moments too, is told by the digests that ranks compare.</summary>
/// <param name="kills">How often.</param>
/// <param name="seed">Decides whom and when.</param>
/// <param name="cancel">Gives up.</param>
internal sealed class Transfers(int kills, int seed, CancellationToken cancel)
{
    const string Job = "job";
    const int World = 3;

    // 11.4 million parameters, 137 MB with Adam's moments.
    static readonly IReadOnlyList<string> Net =
    [
        "model.layers=[{flatten: {}}, {dense: {units: 3000, activation: relu}}, {dense: {units: 3000, activation: relu}}, {dense: {units: 10, activation: softmax}}]",
        "optimizer={kind: adam, lr: 1.0e-12}", "batch_size=64", "data.train=1280", "data.validation=200", "data.test=100", $"world.max={World}",
    ];

    static readonly TimeSpan LongestTransfer = TimeSpan.FromMilliseconds(600);

    enum Victims { Newcomer, Source, Both }

    /// <summary>Runs it; a table of how it went. True where nothing was lost.</summary>
    public async Task<bool> RunAsync()
    {
        var random = SeededRandom.Of("transfers", seed);
        var folder = Directory.CreateTempSubdirectory("convoy-chaos-").FullName;
        var spec = new Course("digits", Net, 0, 0, 0).Spec(World, epochs: 100_000);
        await using var cluster = new TestCluster(folder, World + 4);
        await cluster.StartCoordinator().UpAsync(cancel);
        for (var worker = 0; worker < World - 1; worker++) cluster.StartWorker();
        await cluster.WorkersJoinAsync(World - 1, cancel);
        await cluster.Client.SubmitAsync(new SubmitJob(Job, spec, ""), cancel);
        await cluster.UntilAsync(Job, () => cluster.Flight.Committed >= 25, cancel); // an epoch and its checkpoint
        var (struck, inTime) = (new Dictionary<Victims, int>(), 0);
        for (var kill = 0; kill < kills; kill++)
        {
            var victims = (Victims)random.NextInt(3);
            var newcomer = cluster.StartWorker();
            if (!await cluster.UntilAsync(Job, () => cluster.Flight.Entered(newcomer.Id, ReplicaPhase.Synchronisation) is not null, cancel)) break;
            await Task.Delay(LongestTransfer * random.NextDouble(), cancel);
            var source = cluster.Flight.Source(newcomer.Id);
            foreach (var process in victims switch { Victims.Newcomer => [newcomer.Id], Victims.Source => [source], _ => new[] { source, newcomer.Id } }) cluster.Kill(process);
            var struckAt = DateTime.UtcNow;
            if (cluster.Flight.Entered(newcomer.Id, ReplicaPhase.Starting, after: ReplicaPhase.Synchronisation) is not { } done || done > struckAt) inTime++;
            struck[victims] = struck.GetValueOrDefault(victims) + 1;
            while (cluster.Alive < World - 1) cluster.StartWorker();
            if (!await cluster.UntilAsync(Job, () => cluster.Flight.NextCommit(struckAt) is not null, cancel)) break;
            cluster.ForgetDead();
            if ((kill + 1) % 20 == 0) Console.Error.WriteLine($"{kill + 1} of {kills} kills");
        }
        await cluster.Client.PauseAsync(Job, cancel);
        await cluster.UntilPausedAsync(Job, cancel);
        return await JudgeAsync(cluster, folder, struck, inTime);
    }

    async Task<bool> JudgeAsync(TestCluster cluster, string folder, IReadOnlyDictionary<Victims, int> struck, int inTime)
    {
        var (view, audit) = (await cluster.Client.GetAsync(Job, cancel), await cluster.Client.AuditAsync(Job, cancel));
        var timeline = await cluster.TimelineAsync(Job, cancel);
        var losses = view.History.Select(row => row.Validation!.Loss).ToList();
        var warnings = timeline.Where(told => told.Kind == "warned").ToList();
        var fallbacks = warnings.Count(told => told.Text.Contains("had come to step", StringComparison.Ordinal));
        var checkpoints = Directory.EnumerateFiles(Path.Combine(folder, "runs"), "step-*.safetensors", SearchOption.AllDirectories).Order().ToList();
        var moved = Moved(checkpoints[^1]);
        Console.WriteLine("| | |");
        Console.WriteLine("| --- | --- |");
        Row("kills of the newcomer, of the source, of both", string.Join(", ", Enum.GetValues<Victims>().Select(who => struck.GetValueOrDefault(who))));
        Row("of these before the newcomer had everything", inTime);
        Row("worlds", view.Generation);
        Row("epochs", view.History.Count);
        Row("the job", $"{view.Phase.ToString().ToLowerInvariant()}{(view.Why is { } why ? $": {why}" : "")}");
        Row("validation loss, least and greatest of all epochs", string.Create(CultureInfo.InvariantCulture, $"{losses.Min():G9}, {losses.Max():G9}"));
        Row("greatest distance of a layer's weights in the last checkpoint from the beginning's", moved);
        Row("worlds that began with other weights than the one before ended with", warnings.Count - fallbacks);
        Row("worlds that fell back, since all that had come so far were gone", fallbacks);
        Row("audit", audit.Clean ? "clean" : "NOT CLEAN");
        foreach (var told in warnings) Console.Error.WriteLine(told.Text);
        return struck.Values.Sum() == kills && view.Phase == JobPhase.Paused && audit.Clean && moved < 1e-4 && warnings.Count == fallbacks && losses.Max() - losses.Min() < 1e-5 * losses[0];

        static void Row(string what, object found) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {found} |"));
    }

    static float Moved(string last)
    {
        using var file = File.OpenRead(last);
        var checkpoint = Safetensors.Read(file);
        var spec = SpecReader.Read(new Course("digits", Net, 0, 0, 0).Spec(World, 1), "spec");
        using var fresh = new Worker.Training.Replica(spec, new Worker.Gradients.SoloCollective());
        return fresh.Network.Parameters.Plan.TrainableWeights.Max(weight => TensorPrimitives.Distance<float>(
            MemoryMarshal.Cast<byte, float>(checkpoint.Bytes(CheckpointLayout.ModelPrefix + weight.Name)), FlatParameters.Floats(fresh.Network.Parameters[weight.Name])));
    }
}
