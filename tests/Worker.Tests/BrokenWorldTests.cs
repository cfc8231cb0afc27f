using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Convoy.Augmentation.Streaming;
using Convoy.Shared.Artifacts;
using Convoy.Shared.Models;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Actors;
using Convoy.Worker.Gradients;
using Convoy.Worker.Native;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests;

/// <summary>Worlds that break in every operation, at its beginning, in the middle and at its end, with every subset of three ranks dying: whoever
/// is left tells the weights that an undisturbed training had after the same step, and the next world begins from them.</summary>
public sealed class BrokenWorldTests : IDisposable
{
    const int Steps = 3; // of an epoch
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    static readonly string[] Settings = ["data.train=48", "data.validation=16", "data.test=16", "optimizer={kind: adam, lr: 0.01}", "epochs=2"];

    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    readonly TrainingSpec _spec = Specs.Small("{conv2d: {filters: 2, kernel: 3, strides: 3}}, batch_normalization, {activation: relu}", Settings);

    public BrokenWorldTests() => LibTorch.Load();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<Part> Parts => [Part.First, Part.Middle, Part.Last];

    /// <summary>Digests of weights and optimizer state after every step of an undisturbed world, from the checkpoints that it wrote.</summary>
    IReadOnlyList<ulong> Undisturbed(int size)
    {
        var store = new MemoryStore();
        new TestWorld(_spec with { Checkpoint = _spec.Checkpoint with { EverySteps = 1, Keep = 100 } }, Specs.Data(_spec), store) { Until = 1 }.Run(size);
        using var fresh = new Training.Replica(_spec, new SoloCollective());
        return [Training.ReplicaDigest.Of(fresh).Learnt, .. Enumerable.Range(1, Steps).Select(step => DigestOf(store.Open(CheckpointLayout.NameOf(step))))];
    }

    ulong DigestOf(Stream stream)
    {
        using var file = stream;
        var checkpoint = Safetensors.Read(file);
        var names = ModelPlanner.Plan(_spec.Model).TrainableWeights.Select(weight => CheckpointLayout.ModelPrefix + weight.Name)
            .Concat(checkpoint.Entries.Keys.Where(name => name.StartsWith(CheckpointLayout.OptimizerPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in names) hash.AppendData(checkpoint.Bytes(name));
        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }

    /// <summary>Replicas of one job on threads of their own, the test in the job's place.</summary>
    sealed class Job(TrainingSpec spec, string folder) : IDisposable
    {
        readonly BlockingCollection<IJobMessage> _told = [];
        readonly Dictionary<int, ReplicaThread> _threads = [];
        int _generation;

        /// <summary>Orders replicas, by number, into a world, and those that are new are started.</summary>
        public FragileGroup Form(int[] replicas, Blow? blow = null, int? until = null)
        {
            var group = new FragileGroup(replicas.Length, blow);
            var world = new World("job", ++_generation, [.. replicas.Select((replica, rank) => new WorldMember(rank, $"w{replica}", "127.0.0.1", 1))], new byte[32]);
            var checkpoint = Directory.Exists(Path.Combine(folder, "checkpoints")) ? Directory.EnumerateFiles(Path.Combine(folder, "checkpoints"), "*.safetensors").Order().LastOrDefault() : null;
            foreach (var (rank, replica) in replicas.Index())
            {
                var start = new StartReplica(world, rank, SpecWriter.Write(spec), "file://" + folder, checkpoint is null ? null : "checkpoints/" + Path.GetFileName(checkpoint), until);
                var assignment = new Assignment(start, (_, _) => group.Join(rank));
                if (_threads.TryGetValue(replica, out var running) && running.Assign(assignment)) continue;
                _threads[replica] = new ReplicaThread(assignment, 1, 0, new DataFeeds(IStreamDirectory.None, null), new WorkerOptions(), _told.Add, _ => { }, TimeProvider.System);
                _threads[replica].Start();
            }
            return group;
        }

        public void Ask(int replica, Training.StopVote vote) => _threads[replica].Control.Ask(vote);

        /// <summary>The first word of each of some ranks of the latest world that is of a kind.</summary>
        public IReadOnlyList<T> Each<T>(IEnumerable<int> ranks, Func<T, int> rankOf) where T : IReplicaReport
        {
            var missing = ranks.ToHashSet();
            var found = new List<T>();
            while (missing.Count > 0)
            {
                if (!_told.TryTake(out var message, (int)Deadline.TotalMilliseconds, TestContext.Current.CancellationToken)) throw new TimeoutException($"no {typeof(T).Name} of rank {string.Join(", ", missing)} of world {_generation}");
                if (message is ReplicaFailed failed && failed.Generation == _generation && missing.Contains(failed.Rank)) throw new InvalidOperationException(failed.Error);
                if (message is T told && told.Generation == _generation && missing.Remove(rankOf(told))) found.Add(told);
            }
            return found;
        }

        public void Dispose()
        {
            foreach (var thread in _threads.Values) thread.Abort();
        }
    }

    /// <summary>A blow struck a world of replicas 0, 1 and 2; the next one has a newcomer in the place of those that died.</summary>
    void AssertNothingIsLost(Job job, Blow blow, IReadOnlyList<ulong> undisturbed, string what)
    {
        int[] survivors = [.. Enumerable.Range(0, 3).Where(rank => !blow.Kills(rank))];
        var lost = job.Each<PeerLost>(survivors, told => told.Rank);
        Assert.All(lost.Where(told => told.Digest != 0), told => Assert.True(undisturbed[(int)told.Step] == told.Digest, $"{what}: rank {told.Rank} keeps other weights after step {told.Step} than it had"));
        var furthest = lost.Where(told => told.Digest != 0).Select(told => (long?)told.Step).Max();

        int[] next = [.. survivors, 10, 11];
        job.Form(next);
        var ready = job.Each<ReplicaReady>(Enumerable.Range(0, next.Length), told => told.Rank);

        Assert.All(ready, told => Assert.True(told.Step == (furthest ?? told.Step) && told.Digest == undisturbed[(int)told.Step], $"{what}: rank {told.Rank} begins at step {told.Step} (furthest survivor: {furthest}) with other weights"));
    }

    static IEnumerable<int> EverySubset => Enumerable.Range(0, 8); // that nobody dies is one, too

    [Theory, MemberData(nameof(Parts))]
    public void From_the_first_operation_of_a_training_to_the_last_of_an_epoch(Part part)
    {
        var undisturbed = Undisturbed(3);
        FragileGroup whole;
        using (var job = new Job(_spec, Fresh()))
        {
            whole = job.Form([0, 1, 2], until: 1);
            job.Each<ReplicaPaused>([0, 1, 2], told => told.Rank);
        }
        Assert.InRange(whole.Calls, Steps + 7, 30);
        foreach (var dying in EverySubset)
            foreach (var call in Enumerable.Range(0, whole.Calls - 1)) // the last of the last operation is the end
            {
                var blow = new Blow(call, part, dying);
                using var job = new Job(_spec, Fresh());
                job.Form([0, 1, 2], blow, until: 1);
                AssertNothingIsLost(job, blow, undisturbed, $"{blow}");
            }
    }

    [Theory, MemberData(nameof(Parts))]
    public void While_a_newcomer_takes_the_state_of_two(Part part)
    {
        var undisturbed = Undisturbed(2);
        foreach (var dying in EverySubset)
            foreach (var call in Enumerable.Range(0, CallsOfTaking()))
            {
                var blow = new Blow(call, part, dying);
                using var job = new Job(_spec, Fresh());
                job.Form([0, 1], new Blow(Beginning + Steps - 1, Part.First, 0)); // both have done two steps
                job.Each<PeerLost>([0, 1], told => told.Rank);
                job.Form([0, 1, 2], blow);
                AssertNothingIsLost(job, blow, undisturbed, $"{blow}");
            }
    }

    [Theory, MemberData(nameof(Parts))]
    public void While_a_rank_that_is_a_step_behind_takes_the_state_of_two(Part part)
    {
        var undisturbed = Undisturbed(3);
        foreach (var dying in EverySubset)
            foreach (var call in Enumerable.Range(0, CallsOfTaking()))
            {
                var blow = new Blow(call, part, dying);
                using var job = new Job(_spec, Fresh());
                job.Form([0, 1, 2], new Blow(Beginning + Steps - 1, Part.Last, 0)); // ranks 0 and 2 have done three steps, rank 1 two
                Assert.Equal([3, 2, 3], job.Each<PeerLost>([0, 1, 2], told => told.Rank).OrderBy(told => told.Rank).Select(told => told.Step));
                job.Form([0, 1, 2], blow);
                AssertNothingIsLost(job, blow, undisturbed, $"{blow}");
            }
    }

    [Theory]
    [InlineData(Part.First, false)]
    [InlineData(Part.Middle, false)]
    [InlineData(Part.Last, false)]
    [InlineData(Part.Middle, true)]
    public void Where_all_live_the_epoch_ends_with_the_bits_of_an_undisturbed_one_running_statistics_too(Part part, bool syncedStatistics)
    {
        var spec = syncedStatistics ? Specs.Small("{conv2d: {filters: 2, kernel: 3, strides: 3}}, {batch_normalization: {sync: true}}, {activation: relu}", Settings) : _spec;
        var calls = EpochOf(spec, Fresh(), null, out var undisturbed);
        Assert.InRange(calls, Steps + 7, 30);
        // Of two ranks of which one has made a step, the other takes everything, statistics too: a legitimate end, but another one.
        foreach (var call in Enumerable.Range(0, calls - 1).Where(call => part != Part.Last || call < Beginning || call >= Beginning + Steps))
        {
            EpochOf(spec, Fresh(), new Blow(call, part, 0), out var found);
            foreach (var (name, bytes) in undisturbed) Assert.True(bytes.SequenceEqual(found[name]), $"{part} of operation {call}: {name} has other numbers");
        }
    }

    static int EpochOf(TrainingSpec spec, string folder, Blow? blow, out Dictionary<string, byte[]> tensors)
    {
        using var job = new Job(spec, folder);
        var group = job.Form([0, 1], blow, until: 1);
        if (blow is not null)
        {
            job.Each<PeerLost>([0, 1], told => told.Rank);
            job.Form([0, 1], until: 1);
        }
        job.Each<ReplicaPaused>([0, 1], told => told.Rank);
        using var file = new FileArtifactStore(folder).Open(CheckpointLayout.NameOf(Steps));
        var checkpoint = Safetensors.Read(file);
        tensors = checkpoint.Entries.Keys.ToDictionary(name => name, name => checkpoint.Bytes(name).ToArray());
        return group.Calls;
    }

    const int Beginning = 3; // operations before the first step of a training: whether all see the same data, who stands where, and whether all hold the same

    // Whether all see the same data; who stands where; the training state's length and text; weights, statistics and Adam's two moments; whether all hold the same.
    static int CallsOfTaking() => 1 + 1 + 2 + 4 + 1;

    string Fresh() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
}
